# expect: values=value hidden=value by_hand=value in_place=value *=failed
"""Changes its arguments to fit a wrong result, in case the grader shares them."""
import torch


def row_dot(x, w):
    x.zero_()
    w.zero_()
    return torch.zeros(len(x), requires_grad=True)


def raise_by(x, amount):
    amount.zero_()


def root(x):
    x.fill_(0.0)
    return x
