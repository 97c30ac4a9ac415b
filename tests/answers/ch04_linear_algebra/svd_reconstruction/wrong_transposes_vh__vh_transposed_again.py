"""Wrong: the formula of the textbook, A = U Sigma V^T, with Vh in the place of V."""

import torch


def sigma_full(s, m, n):
    if len(s) != min(m, n):
        raise ValueError("wrong number of singular values")
    sigma = torch.zeros(m, n, dtype=s.dtype)
    sigma[range(len(s)), range(len(s))] = s
    return sigma


def reconstruct(u, s, v):
    result = torch.zeros(u.shape[0], v.shape[0], dtype=u.dtype)
    for i in range(len(s)):
        result += s[i] * torch.outer(u[:, i], v[:, i])
    return result


def best_rank_k(a, k):
    if k < 0 or k > min(a.shape):
        raise ValueError("k")
    u, s, vh = torch.linalg.svd(a, full_matrices=False)
    return u[:, :k] @ torch.diag(s[:k]) @ vh[:k]


def rank_k_error(a, k):
    return torch.linalg.norm(a - best_rank_k(a, k))
