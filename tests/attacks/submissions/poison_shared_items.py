# exercise: gate
# expect: *=too_large
"""A small graph that unfolds into two to the sixtieth items."""


def double(x):
    return unfold()


def unfold():
    value = [0]
    for _ in range(60):
        value = [value, value]
    return value
