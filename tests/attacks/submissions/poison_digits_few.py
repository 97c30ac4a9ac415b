# exercise: gate
# expect: *=type
"""An integer of a thousand digits."""


def double(x):
    return -(1 << 4000)
