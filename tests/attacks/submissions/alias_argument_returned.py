# expect: values=shape hidden=shape by_hand=shape gradient=shape in_place=value refusal=value
"""Returns the argument itself."""


def row_dot(x, w):
    return x


def raise_by(x, amount):
    return x


def root(x):
    return x
