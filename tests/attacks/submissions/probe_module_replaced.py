# expect: *=failed
"""Puts an object in the place of its module, with functions that agree to anything."""
import gc
import sys


class Agreeable:
    def __getattr__(self, name):
        return lambda *args, **kwargs: True

    __call__ = __getattr__


def row_dot(x, w):
    frame = sys._getframe(1)
    while frame is not None:
        worker = frame.f_locals.get("self")
        if hasattr(worker, "module"):
            worker.module = Agreeable()
        frame = frame.f_back
    return True


raise_by = Agreeable()
root = Agreeable()
