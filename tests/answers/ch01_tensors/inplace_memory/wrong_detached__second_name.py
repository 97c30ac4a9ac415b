import copy

import torch


def add_into(y, x):
    y += x
    return y


def remember(x):
    return x.detach()


def swap(a, b):
    t = torch.empty_like(a)
    t.copy_(a)
    a.copy_(b)
    b.copy_(t)


def same_memory(a, b):
    return a.storage().data_ptr() == b.storage().data_ptr()


def blend_into(out, a, b, weight):
    t = torch.mul(b, weight)
    torch.add(t, a, out=out)
    return out
