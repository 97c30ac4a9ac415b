"""Right: lists and sums, tensors only at the end."""

import torch


def sigma_full(s, m, n):
    values = s.tolist()
    if len(values) != min(m, n):
        raise ValueError("length")
    rows = [[values[i] if i == j else 0.0 for j in range(n)] for i in range(m)]
    return torch.tensor(rows, dtype=s.dtype)


def reconstruct(u, s, vh):
    U, S, V = u.tolist(), s.tolist(), vh.tolist()
    rows = []
    for row in U:
        rows.append([])
        for j in range(len(V[0])):
            rows[-1].append(sum(row[t] * S[t] * V[t][j] for t in range(len(S))))
    return torch.tensor(rows, dtype=u.dtype)


def best_rank_k(a, k):
    if k < 0 or k > min(a.shape):
        raise ValueError("k out of range")
    u, s, vh = torch.linalg.svd(a)
    return reconstruct(u, torch.tensor(s.tolist()[:k] + [0.0] * (len(s) - k), dtype=a.dtype), vh)


def rank_k_error(a, k):
    if k < 0 or k > min(a.shape):
        raise ValueError("k out of range")
    return torch.linalg.svdvals(a)[k:].square().sum().sqrt()
