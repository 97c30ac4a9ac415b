# exercise: gate
# expect: *=passed
"""A right answer that takes its time."""
import time


def double(x):
    time.sleep(0.1)
    return x * 2
