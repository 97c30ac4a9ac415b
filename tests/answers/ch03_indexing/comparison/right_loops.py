import math
import torch


def count_equal(a, b):
    a, b = torch.broadcast_tensors(a, b)
    return sum(1 for p, q in zip(a.reshape(-1).tolist(), b.reshape(-1).tolist()) if p == q)


def identical(a, b):
    return a.shape == b.shape and count_equal(a, b) == a.numel()


def close_enough(a, b, rtol, atol):
    for p, q in zip(a.reshape(-1).double().tolist(), b.reshape(-1).double().tolist()):
        if p == q:
            continue
        if math.isinf(p) or math.isinf(q) or not abs(p - q) <= atol + rtol * abs(q):
            return False
    return True


def verdict(a, b):
    if a.shape != b.shape:
        return "shape"
    if identical(a, b):
        return "same"
    return "close" if close_enough(a, b, 1e-5, 1e-8) else "different"


def broadcast_twin(x):
    return x[None]


def one_way(rtol):
    # |a - b| <= rtol |b|: the larger as b
    return (1.0, 1.0 / (1.0 - rtol * 0.999))
