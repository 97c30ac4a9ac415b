"""Right: probabilities from logsumexp, which rounds to 0.001 for logits near 10,000."""

import torch


class Softmax:
    def __init__(self, x):
        self.p = torch.exp(x - torch.logsumexp(x, dim=-1, keepdim=True))

    def jacobian(self):
        return torch.diag_embed(self.p) - self.p[..., None] @ self.p[..., None, :]

    def vjp(self, v):
        return self.p * (v - (v[..., None, :] @ self.p[..., None])[..., 0])


def softmax_jacobian(x):
    return Softmax(x).jacobian()


def softmax_vjp(x, v):
    if x.shape != v.shape:
        raise ValueError("shapes differ")
    return Softmax(x).vjp(v)
