import torch


def sigma_full(s, m, n):
    if s.shape != (min(m, n),):
        raise ValueError
    out = torch.zeros(m, n, dtype=s.dtype)
    out.diagonal().copy_(s)
    return out


def reconstruct(u, s, vh):
    return sum(
        (s[i] * torch.outer(u[:, i], vh[i]) for i in range(len(s))),
        torch.zeros(u.shape[0], vh.shape[1], dtype=s.dtype),
    )


def _check(a, k):
    if k < 0 or k > min(a.shape):
        raise ValueError


def best_rank_k(a, k):
    _check(a, k)
    b = a.to(torch.float64)
    values, vectors = torch.linalg.eigh(b.T @ b)
    v = vectors[:, vectors.shape[1] - k :]
    return (b @ v @ v.T).to(a.dtype)


def rank_k_error(a, k):
    _check(a, k)
    return torch.linalg.matrix_norm(a - best_rank_k(a, k))
