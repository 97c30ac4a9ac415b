"""Right: a padded diagonal, and products that come back as transposed views."""

import torch


def sigma_full(s, m, n):
    if len(s) - min(m, n):
        raise ValueError
    return torch.nn.functional.pad(s.diag(), (0, n - len(s), 0, m - len(s)))


def reconstruct(u, s, vh):
    k = s.size(0)
    return (vh.mT[:, :k] @ (s[:, None] * u.mT[:k])).mT


def best_rank_k(a, k):
    if k < 0 or k > min(a.shape):
        raise ValueError("k out of range")
    u, s, vh = torch.linalg.svd(a, full_matrices=False)
    return u[:, :k] @ torch.diag(s[:k]) @ vh[:k]


def rank_k_error(a, k):
    return torch.dist(a, best_rank_k(a, k))
