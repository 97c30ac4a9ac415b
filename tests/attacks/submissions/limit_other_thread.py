# expect: values=passed by_hand=passed *=failed|passed
"""Calls the operator in another thread, where no mode is on. The watch is advice, not proof."""
import threading


def row_dot(x, w):
    found = []
    thread = threading.Thread(target=lambda: found.append(x @ w))
    thread.start()
    thread.join()
    return found[0]
