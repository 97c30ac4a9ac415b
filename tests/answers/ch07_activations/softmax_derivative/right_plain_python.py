"""Right: plain Python numbers for the Jacobian, one vector at a time."""

import math

import torch


def probabilities(logits):
    top = max(logits)
    powers = [math.exp(value - top) for value in logits]
    total = math.fsum(powers)
    return [power / total for power in powers]


def softmax_jacobian(x):
    if x.dim() > 1:
        return torch.stack([softmax_jacobian(row) for row in x])
    p = probabilities(x.tolist())
    rows = [[a * ((i == j) - b) for j, b in enumerate(p)] for i, a in enumerate(p)]
    return torch.tensor(rows, dtype=x.dtype)


def softmax_vjp(x, v):
    if x.shape != v.shape:
        raise ValueError("x and v differ in shape")
    if x.dim() > 1:
        return torch.stack([softmax_vjp(a, b) for a, b in zip(x, v, strict=True)])
    p = probabilities(x.tolist())
    weights = v.tolist()
    mean = math.fsum(a * b for a, b in zip(p, weights, strict=True))
    return torch.tensor([a * (b - mean) for a, b in zip(p, weights, strict=True)], dtype=x.dtype)
