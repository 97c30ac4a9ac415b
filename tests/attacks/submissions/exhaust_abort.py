# exercise: stamina
# expect: *=signal|exited
"""Aborts."""
import os


def double(x):
    os.abort()
