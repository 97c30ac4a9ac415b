# exercise: gate
# expect: *=raised
"""A message of a hundred megabytes' weight."""


def double(x):
    raise ValueError("\x1b[31m" * 5_000_000)
