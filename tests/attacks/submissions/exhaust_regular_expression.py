# exercise: stamina
# expect: *=timeout|cpu_time
"""A regular expression that backtracks for centuries."""
import re


def double(x):
    re.match(r"(a+)+$", "a" * 64 + "b")
    return 2 * x
