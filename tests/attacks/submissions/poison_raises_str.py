# exercise: gate
# expect: *=raised
"""An exception whose text can't be had."""
class Odd(Exception):
    def __str__(self):
        raise RuntimeError("no")


def double(x):
    raise Odd
