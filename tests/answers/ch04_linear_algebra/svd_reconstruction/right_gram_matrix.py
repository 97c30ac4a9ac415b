"""Right: eigenvectors of the Gram matrix instead of an SVD; the error by Pythagoras."""

import torch


def sigma_full(s, m, n):
    if s.ndim != 1 or s.numel() != min(m, n):
        raise ValueError("s does not belong to this shape")
    return torch.eye(m, n, dtype=s.dtype) * torch.cat([s, s.new_zeros(n)])[:n]


def reconstruct(u, s, vh):
    left = u.T[: len(s)] * s[:, None]
    return left.T.matmul(vh[: len(s)])


def best_rank_k(a, k):
    if not (0 <= k <= a.shape[0] and k <= a.shape[1]):
        raise ValueError(f"rank {k}")
    _, vectors = torch.linalg.eigh(a.T @ a)  # ascending: the largest come last
    top = vectors[:, a.shape[1] - k :]
    return torch.linalg.multi_dot([a, top, top.T])


def rank_k_error(a, k):
    if not 0 <= k <= min(a.shape):
        raise ValueError(f"rank {k}")
    approximation = best_rank_k(a, k)
    rest = (a * a).sum() - (approximation * approximation).sum()
    return rest.clamp(min=0).sqrt() if k < min(a.shape) else torch.zeros((), dtype=a.dtype)
