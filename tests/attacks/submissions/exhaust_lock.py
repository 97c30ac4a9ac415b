# exercise: stamina
# expect: *=timeout
"""Waits for itself."""
import threading


def double(x):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
