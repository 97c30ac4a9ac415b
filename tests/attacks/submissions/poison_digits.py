# exercise: gate
# expect: *=too_large
"""An integer of a million digits."""


def double(x):
    return 1 << 4_000_000
