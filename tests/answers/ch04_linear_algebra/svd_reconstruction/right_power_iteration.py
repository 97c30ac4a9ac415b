"""Right: no decomposition at all, one layer after the other found by power iteration."""

import torch


def sigma_full(s, m, n):
    if s.shape[0] != min(m, n):
        raise ValueError("s has the wrong length")
    out = torch.zeros(m, n, dtype=s.dtype)
    for i in range(s.shape[0]):
        out[i, i] = s[i]
    return out


def reconstruct(u, s, vh):
    r = s.shape[0]
    return u[:, :r] @ torch.diag(s) @ vh[:r]


def best_rank_k(a, k):
    if k < 0 or k > min(a.shape):
        raise ValueError("k out of range")
    rest = a.double().clone()
    total = torch.zeros_like(rest)
    for _ in range(k):
        v = torch.ones(a.shape[1], dtype=torch.float64)
        for _ in range(300):
            v = rest.T @ (rest @ v)
            v /= v.norm()
        layer = torch.outer(rest @ v, v)
        total += layer
        rest -= layer
    return total.to(a.dtype)


def rank_k_error(a, k):
    # Pythagoras, whose rounding error shows when nothing is left.
    b = best_rank_k(a, k)
    return (a.square().sum() - b.square().sum()).clamp(min=0).sqrt()
