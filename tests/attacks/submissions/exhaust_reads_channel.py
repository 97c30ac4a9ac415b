# exercise: stamina
# expect: *=timeout
"""Reads from the channel what will never come."""
import os


def double(x):
    os.set_blocking(3, True)
    os.read(3, 1 << 20)
