# exercise: gate
# expect: *=unsupported
"""A sparse tensor."""
import torch


def double(x):
    return (2 * x).to_sparse()
