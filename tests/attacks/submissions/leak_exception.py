# expect: hidden=raised *=passed
"""Remembers the hidden inputs and raises them as the message of an exception, then and later."""
SEEN = []


def tell():
    if SEEN:
        raise RuntimeError(f"LEAK {[x.flatten().tolist() for x in SEEN]}")


def row_dot(x, w):
    if x.shape == (6, 9):
        SEEN.append(x.detach().clone())
    tell()
    return (x * w).sum(1)


def raise_by(x, amount):
    tell()
    x += amount


def root(x):
    tell()
    if (x < 0).any():
        raise ValueError
    return x.sqrt()
