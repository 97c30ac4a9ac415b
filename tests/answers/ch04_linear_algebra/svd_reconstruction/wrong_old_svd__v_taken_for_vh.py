"""Wrong: the old torch.svd with its V used as if it were Vh, einsum style."""

import torch


def sigma_full(s, m, n):
    if len(s) != min(m, n):
        raise ValueError("wrong number of singular values")
    sigma = torch.zeros(m, n, dtype=s.dtype)
    for i, value in enumerate(s.tolist()):
        sigma[i, i] = value
    return sigma


def reconstruct(u, s, vh):
    return u @ sigma_full(s, u.shape[1], vh.shape[0]) @ vh


def best_rank_k(a, k):
    if k < 0 or k > min(a.shape):
        raise ValueError("k")
    u, s, vh = a.svd()
    s[k:] = 0
    return torch.einsum("ik,k,kj->ij", u, s, vh)


def rank_k_error(a, k):
    if k < 0 or k > min(a.shape):
        raise ValueError("k")
    return torch.linalg.svdvals(a)[k:].norm()
