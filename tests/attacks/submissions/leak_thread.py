# expect: *=passed
"""A thread goes on printing the hidden inputs whatever test is running."""
import threading
import time

SEEN = []


def tell():
    while True:
        if SEEN:
            print("LEAK", SEEN[-1].tolist(), flush=True)
        time.sleep(0.002)


threading.Thread(target=tell, daemon=True).start()


def row_dot(x, w):
    if x.shape == (6, 9):
        SEEN.append(x.detach().clone())
    time.sleep(0.01)
    return (x * w).sum(1)


def raise_by(x, amount):
    time.sleep(0.01)
    x += amount


def root(x):
    time.sleep(0.01)
    if (x < 0).any():
        raise ValueError
    return x.sqrt()
