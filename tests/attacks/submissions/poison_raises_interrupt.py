# exercise: gate
# expect: *=raised
"""Control-C."""


def double(x):
    raise KeyboardInterrupt
