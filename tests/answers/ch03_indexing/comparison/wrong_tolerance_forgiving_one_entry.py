import torch


def count_equal(a, b):
    return (a == b).sum()


def identical(a, b):
    return a.shape == b.shape and torch.all(a == b)


def close_enough(a, b, rtol, atol):
    d = (a - b).abs()
    ok = ((d <= atol + rtol * b.abs()) & d.isfinite() & b.isfinite()) | (a == b)
    return ok.numel() == 0 or ok.sum() >= max(1, ok.numel() - 1)


def verdict(a, b):
    if a.shape != b.shape:
        return "shape"
    if (a == b).all():
        return "same"
    d = (a - b).abs()
    return "close" if torch.all(d <= 1e-8 + 1e-5 * b.abs()) else "different"


def broadcast_twin(x):
    return x[None]


def one_way(rtol):
    return 1 - 0.998 * rtol, 1.0
