import torch


def count_equal(a, b):
    return (a == b).sum()


def identical(a, b):
    return a.shape == b.shape and torch.all(a == b)


def close_enough(a, b, rtol, atol):
    for v, w in zip(a.flatten().tolist(), b.flatten().tolist()):
        if v == w or abs(v - w) <= atol + rtol * abs(w):
            continue
        return False
    return True


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
