# exercise: gate
# expect: *=unsupported
"""A function."""


def double(x):
    return lambda other: True
