# exercise: gate
# expect: *=protocol|unsupported|type|raised
"""A dict whose keys can't be keys elsewhere."""
class Key(list):
    __hash__ = object.__hash__


def double(x):
    return {Key([1]): 1}
