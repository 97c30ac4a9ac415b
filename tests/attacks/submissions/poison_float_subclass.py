# exercise: gate
# expect: *=type|raised
"""A float that is equal to everything."""
class Any(float):
    __eq__ = lambda self, other: True
    __float__ = lambda self: 1 / 0
    __hash__ = float.__hash__


def double(x):
    return Any(3.0)
