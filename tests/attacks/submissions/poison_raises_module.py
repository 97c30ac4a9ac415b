# exercise: gate
# expect: *=raised|exited
"""An exception whose module is no string."""
class Module:
    def __eq__(self, other):
        raise KeyboardInterrupt

    __str__ = __format__ = __eq__
    __hash__ = None


class Odd(Exception):
    __module__ = Module()


def double(x):
    raise Odd
