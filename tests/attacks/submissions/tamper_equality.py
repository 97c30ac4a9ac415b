# expect: values=unsupported hidden=unsupported by_hand=unsupported *=failed
"""Returns an object that is equal to everything."""


class Everything:
    shape = dtype = device = None

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __hash__(self):
        return 0

    def __sub__(self, other):
        return 0

    __rsub__ = __abs__ = __le__ = __lt__ = __float__ = __bool__ = __sub__

    def __getattr__(self, name):
        return lambda *args, **kwargs: self


def row_dot(x, w):
    return Everything()


def raise_by(x, amount):
    return Everything()


def root(x):
    return Everything()
