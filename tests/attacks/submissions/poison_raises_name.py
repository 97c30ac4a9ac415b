# exercise: gate
# expect: *=raised|not_started
"""An exception with a forged name and module."""
Odd = type("passed\x1b[2J" * 40, (NotImplementedError,), {"__module__": "builtins"})


def double(x):
    raise Odd("x")
