import torch


def sigma_full(s, m, n):
    if len(s) != min(m, n):
        raise ValueError
    rows = []
    for i in range(m):
        rows.append(torch.stack([s[i] if i == j else s.new_tensor(0.0) for j in range(n)]))
    return torch.stack(rows)


def reconstruct(u, s, vh):
    r = s.numel()
    if u.shape[1] == r and vh.shape[0] == r:
        return u @ torch.diag(s) @ vh
    return u @ sigma_full(s, u.shape[1], vh.shape[0]) @ vh


def best_rank_k(a, k):
    if not 0 <= k <= min(a.shape):
        raise ValueError
    if k == 0:
        return torch.zeros_like(a)
    u, s, vh = torch.linalg.svd(a)
    first = s[0] * torch.outer(u[:, 0], vh[0])
    if k == 1:
        return first
    return first + best_rank_k(a - first, k - 1)


def rank_k_error(a, k):
    return torch.sqrt(((a - best_rank_k(a, k)) ** 2).sum())
