"""Right: a small class around the old torch.svd, and peeling layers off by recursion."""

import torch


class Factors:
    def __init__(self, a):
        self.u, self.s, self.v = torch.svd(a)

    def layer(self, i):
        return torch.outer(self.u[:, i], self.v[:, i]) * self.s[i]


def sigma_full(s, m, n):
    if m > n:
        return sigma_full(s, n, m).T
    if s.numel() != m:
        raise ValueError(f"{m} values needed")
    return torch.hstack([s.diag(), torch.zeros(m, n - m).type_as(s)])


def reconstruct(u, s, vh):
    if s.numel() == 1:
        return s[0] * torch.outer(u[:, 0], vh[0])
    return s[0] * torch.outer(u[:, 0], vh[0]) + reconstruct(u[:, 1:], s[1:], vh[1:])


def remainder(a, k):
    """What is left of a once its k largest layers are taken off."""
    if k == 0:
        return a
    return remainder(a - Factors(a).layer(0), k - 1)


def best_rank_k(a, k):
    if k < 0 or min(a.shape) < k:
        raise ValueError("rank out of range")
    return a - remainder(a, k)


def rank_k_error(a, k):
    if k < 0 or min(a.shape) < k:
        raise ValueError("rank out of range")
    return remainder(a, k).norm()
