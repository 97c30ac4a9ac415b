# exercise: gate
# expect: *=too_large|memory
"""A dict that has always one more item."""
class Endless(dict):
    def items(self):
        n = 0
        while True:
            n += 1
            yield n, n


def double(x):
    return Endless()
