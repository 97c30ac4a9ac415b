# expect: *=not_started
"""The file as it was handed out."""


def row_dot(x, w):
    raise NotImplementedError


def raise_by(x, amount):
    raise NotImplementedError


def root(x):
    raise NotImplementedError
