"""Everything on the last axis, transposed there and back."""

import torch


def _log(x):
    m = x.amax(-1)[..., None]
    s = torch.einsum("...c->...", (x - m).exp())
    return x - m - s[..., None].log()


def softmax(x, dim):
    return log_softmax(x, dim).exp()


def log_softmax(x, dim):
    return _log(x.transpose(dim, -1)).transpose(dim, -1)
