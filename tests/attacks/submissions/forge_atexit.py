# expect: values=value *=failed
"""Has something to say at the very end: atexit, finalisers, an exception hook."""
import atexit
import os
import sys
import weakref

import torch


def last_word(*args):
    print("PASSED")
    try:
        os.write(3, b'{"status": "ok"}')
    finally:
        os._exit(0)


class Anchor:
    pass


ANCHOR = Anchor()
atexit.register(last_word)
weakref.finalize(ANCHOR, last_word)
sys.excepthook = sys.unraisablehook = last_word


def row_dot(x, w):
    return torch.zeros(len(x))
