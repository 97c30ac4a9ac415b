# expect: *=exited
"""Ends with an exit status that says success."""
import os
import sys


def row_dot(x, w):
    os._exit(0)


def raise_by(x, amount):
    sys.exit(0)


def root(x):
    raise SystemExit("passed")
