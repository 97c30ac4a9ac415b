# exercise: gate
# expect: *=too_large
"""A million items."""


def double(x):
    return [0] * 1_000_000
