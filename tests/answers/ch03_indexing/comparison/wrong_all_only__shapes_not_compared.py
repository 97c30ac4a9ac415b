import torch


def count_equal(a, b):
    return (a == b).sum()


def identical(a, b):
    try:
        a, b = torch.broadcast_tensors(a, b)
    except RuntimeError:
        return False
    return torch.all(a == b)


def close_enough(a, b, rtol, atol):
    d = (a - b).abs()
    ok = (d <= atol + rtol * b.abs()) & d.isfinite() & b.isfinite()
    return torch.all(ok | (a == b))


def verdict(a, b):
    if a.shape != b.shape:
        return "shape"
    if (a == b).all():
        return "same"
    return "close" if close_enough(a, b, 1e-5, 1e-8) else "different"


def broadcast_twin(x):
    return x[None]


def one_way(rtol):
    return 1 - 0.998 * rtol, 1.0
