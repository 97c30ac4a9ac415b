# exercise: gate
# expect: *=unsupported
"""The module torch itself."""
import torch


def double(x):
    return torch
