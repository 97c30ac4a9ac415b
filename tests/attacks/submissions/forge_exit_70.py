# expect: *=exited|protocol
"""Ends as a sandbox that failed would: the engine's fault must not be had for the asking."""
import os


def row_dot(*args):
    os.write(2, b"torchgrade: OSError: a student process could not be confined\n")
    os._exit(70)


def raise_by(x, amount):
    os.write(3, b'{"error": "the fork server is gone"}')
    os._exit(70)


root = row_dot
