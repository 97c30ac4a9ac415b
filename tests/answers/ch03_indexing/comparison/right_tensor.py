import torch


def count_equal(a, b):
    return (a == b).sum()


def identical(a, b):
    return a.shape == b.shape and bool((a == b).all())


def close_enough(a, b, rtol, atol):
    gap = (a - b).abs()
    fine = (gap <= atol + rtol * b.abs()) & b.isfinite()
    return (fine | (a == b)).all()


def verdict(a, b):
    if list(a.shape) != list(b.shape):
        return "shape"
    for word, good in (("same", identical(a, b)), ("close", close_enough(a, b, 1e-5, 1e-8))):
        if good:
            return word
    return "different"


def broadcast_twin(x):
    return x.unsqueeze(0).repeat(2, *([1] * x.dim()))


def one_way(rtol):
    b = torch.tensor(3.0, dtype=torch.float64)
    a = b * (1 - rtol) + b * rtol * rtol / 4
    return float(a), float(b)
