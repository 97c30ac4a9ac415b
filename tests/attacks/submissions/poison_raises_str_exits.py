# exercise: gate
# expect: *=raised|exited
"""An exception that exits when it is read."""
class Odd(Exception):
    def __str__(self):
        raise SystemExit(0)


def double(x):
    raise Odd
