# exercise: gate
# expect: *=too_large
"""A list that never ends."""
class Endless(list):
    def __iter__(self):
        while True:
            yield 0.0


def double(x):
    return Endless()
