import math

import torch


def count_equal(a, b):
    a, b = torch.broadcast_tensors(a, b)
    n = 0
    for v, w in zip(a.flatten(), b.flatten()):
        if v == w:
            n += 1
    return n


def identical(a, b):
    return list(a.shape) == list(b.shape) and a.tolist() == b.tolist() and not bool((a != a).any())


def close_enough(a, b, rtol, atol):
    def near(v, w):
        if math.isnan(v) or math.isnan(w):
            return False
        if math.isinf(v) or math.isinf(w):
            return v == w
        return abs(v - w) <= atol + rtol * abs(w)

    return all(near(v, w) for v, w in zip(a.flatten().tolist(), b.flatten().tolist()))


def verdict(a, b):
    if len(a.shape) != len(b.shape) or any(m != n for m, n in zip(a.shape, b.shape)):
        return "shape"
    if identical(a, b):
        return "same"
    return "close" if close_enough(a, b, 1e-5, 1e-8) else "different"


def broadcast_twin(x):
    return x.expand(3, *x.shape)


def one_way(rtol):
    return -10 / (1 + rtol) * (1 - rtol * rtol / 2), -10.0
