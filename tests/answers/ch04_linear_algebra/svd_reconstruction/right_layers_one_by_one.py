"""Right: sums of rank-one layers in Python loops, the error measured on the difference."""

import torch


def sigma_full(s, m, n):
    if len(s) != min(m, n):
        raise ValueError("wrong number of singular values")
    return torch.tensor(
        [[s[i].item() if i == j else 0.0 for j in range(n)] for i in range(m)], dtype=s.dtype
    )


def layers(u, s, vh, count):
    total = torch.zeros((u.shape[0], vh.shape[1]), dtype=u.dtype)
    for i in range(count):
        total = total + s[i] * u[:, i : i + 1] * vh[i : i + 1, :]
    return total


def reconstruct(u, s, vh):
    return layers(u, s, vh, len(s))


def best_rank_k(a, k):
    if k not in range(min(a.shape) + 1):
        raise ValueError(k)
    return layers(*torch.linalg.svd(a), k)


def rank_k_error(a, k):
    difference = a - best_rank_k(a, k)
    total = torch.zeros((), dtype=a.dtype)
    for row in difference:
        for entry in row:
            total += entry**2
    return torch.sqrt(total)
