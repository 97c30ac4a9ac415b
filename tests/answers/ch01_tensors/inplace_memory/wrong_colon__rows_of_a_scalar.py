import torch


def add_into(y, x):
    y[:] = y + x
    return y


def remember(x):
    kept = torch.empty_like(x)
    kept.copy_(x)
    return kept


def swap(a, b):
    old = a.clone()
    a.copy_(b)
    b.copy_(old)


def same_memory(a, b):
    return a.untyped_storage().data_ptr() == b.untyped_storage().data_ptr()


def blend_into(out, a, b, weight):
    out[...] = a + weight * b
    return out
