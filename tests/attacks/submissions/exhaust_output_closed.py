# exercise: stamina
# expect: *=passed
"""Closes or replaces its streams; the answer is right, and it counts."""
import os
import sys

sys.stdout.close()
sys.stderr = None
os.closerange(0, 3)


def double(x):
    return 2 * x
