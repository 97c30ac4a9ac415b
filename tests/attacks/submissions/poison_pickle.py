# exercise: gate
# expect: *=unsupported
"""An object that runs code where it is unpickled."""
import os


class Bomb:
    def __reduce__(self):
        return os._exit, (0,)


def double(x):
    return Bomb()
