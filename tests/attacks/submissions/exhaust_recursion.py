# exercise: stamina
# expect: *=recursion
"""Calls itself."""


def double(x):
    return double(x)
