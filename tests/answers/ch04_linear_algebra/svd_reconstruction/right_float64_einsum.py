"""Right: everything in float64 with einsum and pad, cast back at the end."""

import torch
import torch.nn.functional as F


class WrongRank(ValueError):
    pass


def sigma_full(s, m, n):
    r = min(m, n)
    if tuple(s.shape) != (r,):
        raise ValueError(f"{tuple(s.shape)} for {m} x {n}")
    return F.pad(torch.diag_embed(s), (0, n - r, 0, m - r))


def reconstruct(u, s, vh):
    r = s.shape[0]
    parts = (t.double() for t in (u[:, :r], s, vh[:r, :]))
    return torch.einsum("ir,r,rj->ij", *parts).to(s.dtype)


def best_rank_k(a, k):
    if k < 0 or k > min(a.shape):
        raise WrongRank(k)
    u, s, vh = torch.linalg.svd(a.double(), full_matrices=False)
    kept = torch.arange(len(s)) < k
    return torch.einsum("ir,r,rj->ij", u, s * kept, vh).to(a.dtype)


def rank_k_error(a, k):
    if k < 0 or k > min(a.shape):
        raise WrongRank(k)
    s = torch.linalg.svdvals(a.double())
    return torch.linalg.vector_norm(s[k:]).to(a.dtype)
