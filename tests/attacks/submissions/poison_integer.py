# exercise: gate
# expect: *=dtype
"""The right numbers rounded to integers."""
import torch


def double(x):
    return (2 * x).round().long()
