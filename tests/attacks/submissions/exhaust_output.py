# exercise: stamina
# expect: *=timeout|cpu_time
"""Floods standard output and standard error."""
import os


def double(x):
    while True:
        os.write(1, b"flood\x1b[2J\n" * 5000)
        os.write(2, b"\xff" * 50000)
