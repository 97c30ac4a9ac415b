# exercise: stamina
# expect: *=passed
"""A right answer under low limits."""


def double(x):
    return x + x
