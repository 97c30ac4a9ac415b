# exercise: gate
# expect: *=raised
"""A group of many exceptions."""


def double(x):
    raise ExceptionGroup("many", [ValueError(n) for n in range(10_000)])
