# exercise: gate
# expect: *=too_large
"""A list in a list in a list."""
def nest(value):
    for _ in range(5000):
        value = [value]
    return value


def double(x):
    return nest(0)
