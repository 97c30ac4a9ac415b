import torch


def add_into(y, x):
    y.copy_(y + x)
    return y


def remember(x):
    return torch.tensor(x.tolist(), dtype=x.dtype).reshape(x.shape)


def swap(a, b):
    va, vb = a * 1, b * 1
    b[...] = va
    a[...] = vb


def same_memory(a, b):
    return a.untyped_storage()._cdata == b.untyped_storage()._cdata


def blend_into(out, a, b, weight):
    if out is b:
        b *= weight
        b += a
    elif out is a:
        a += b * weight
    else:
        out.zero_()
        out += b
        out *= weight
        out += a
    return out
