import torch


def add_into(y, x):
    y.copy_(y + x)
    return y


def remember(x):
    kept = torch.empty_like(x)
    kept.copy_(x)
    return kept


def swap(a, b):
    a.data, b.data = b.data, a.data


def same_memory(a, b):
    return a.untyped_storage().data_ptr() == b.untyped_storage().data_ptr()


def blend_into(out, a, b, weight):
    out[...] = a + weight * b
    return out
