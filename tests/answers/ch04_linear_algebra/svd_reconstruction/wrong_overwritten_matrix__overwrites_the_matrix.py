"""Wrong: the approximation replaces the matrix of the caller."""

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
    u, s, vh = torch.linalg.svd(a, full_matrices=False)
    a[:] = u[:, :k] @ torch.diag(s[:k]) @ vh[:k]
    return a


def rank_k_error(a, k):
    if k < 0 or k > min(a.shape):
        raise ValueError("k out of range")
    return torch.linalg.svdvals(a)[k:].square().sum().sqrt()
