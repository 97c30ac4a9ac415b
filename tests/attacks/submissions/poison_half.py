# exercise: gate
# expect: *=value
"""The right numbers in half precision with an error of a per cent."""
import torch


def double(x):
    return ((2 * x) * 1.01).half()
