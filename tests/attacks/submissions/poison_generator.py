# exercise: gate
# expect: *=unsupported
"""A generator."""


def double(x):
    return (value for value in x)
