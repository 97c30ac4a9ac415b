import numpy as np, torch


def sigma_full(s, m, n):
    if s.shape != (min(m, n),):
        raise ValueError
    out = np.zeros((m, n), dtype=s.numpy().dtype)
    np.fill_diagonal(out, s.numpy())
    return torch.from_numpy(out)


def reconstruct(u, s, vh):
    m, n = u.shape[0], vh.shape[1]
    k = s.shape[0]
    return torch.from_numpy((u.numpy()[:, :k] * s.numpy()) @ vh.numpy()[:k])


def best_rank_k(a, k):
    if not 0 <= k <= min(a.shape):
        raise ValueError
    u, s, vh = np.linalg.svd(a.numpy(), full_matrices=False)
    return torch.from_numpy((u[:, :k] * s[:k]) @ vh[:k])


def rank_k_error(a, k):
    if not 0 <= k <= min(a.shape):
        raise ValueError
    return torch.tensor(np.linalg.norm(a.numpy() - best_rank_k(a, k).numpy()), dtype=a.dtype)
