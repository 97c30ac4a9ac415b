"""Wrong: the operator behind log-softmax's own derivative does the work."""

import torch


def softmax_jacobian(x):
    eye = torch.eye(x.shape[-1], dtype=x.dtype)
    return torch.stack([softmax_vjp(x, row.expand_as(x)) for row in eye], -2)


def softmax_vjp(x, v):
    if x.shape != v.shape:
        raise ValueError("shapes differ")
    logp = torch.log_softmax(x, -1)
    return torch.ops.aten._log_softmax_backward_data(logp.exp() * v, logp, -1, x.dtype)
