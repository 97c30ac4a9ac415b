# exercise: gate
# expect: *=value
"""A known misconception: it is diagnosed, attackers or not."""


def double(x):
    return x**2
