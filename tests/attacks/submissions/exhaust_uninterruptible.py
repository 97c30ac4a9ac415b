# exercise: stamina
# expect: *=timeout|cpu_time
"""One long computation in C that no Python signal handler interrupts."""


def double(x):
    return 3 ** (10**9)
