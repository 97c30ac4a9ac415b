# exercise: gate
# expect: *=unsupported|raised|exited
"""An object of a class that fails whenever it is looked at."""
class Meta(type):
    def __getattribute__(cls, name):
        raise SystemExit(0)


class Thing(metaclass=Meta):
    __slots__ = ()


def double(x):
    return Thing()
