# exercise: gate
# expect: *=raised
"""An exception that carries a traceback of its own making."""


def double(x):
    raise ValueError("x").with_traceback(None)
