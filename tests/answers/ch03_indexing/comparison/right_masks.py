import torch


def count_equal(a, b):
    return torch.eq(a, b).count_nonzero()


def identical(a, b):
    if a.shape != b.shape:
        return False
    return torch.eq(a, b).all()


def close_enough(a, b, rtol, atol):
    finite = torch.isfinite(a) & torch.isfinite(b)
    same = a == b
    if not torch.all(same[~finite]):
        return torch.tensor(False)
    x, y = a[finite], b[finite]
    return torch.all(torch.abs(x - y) <= atol + rtol * torch.abs(y))


def verdict(a, b):
    if a.shape != b.shape:
        return "shape"
    if identical(a, b):
        return "same"
    if close_enough(a, b, 1e-5, 1e-8):
        return "close"
    return "different"


def broadcast_twin(x):
    return x[None, None]


def one_way(rtol):
    b = torch.tensor(1.0, dtype=torch.float64)
    return b * (1 - 0.998 * rtol), b
