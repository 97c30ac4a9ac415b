# exercise: gate
# expect: *=type
"""A str that is equal to everything."""
class Text(str):
    __eq__ = lambda self, other: True
    __hash__ = str.__hash__
    __str__ = __repr__ = lambda self: 1 / 0


def double(x):
    return Text("passed")
