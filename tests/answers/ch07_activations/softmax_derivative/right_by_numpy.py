import numpy as np, torch


def _p(x):
    z = x.detach().numpy().astype(np.float64)
    z = np.exp(z - z.max(-1, keepdims=True))
    return z / z.sum(-1, keepdims=True)


def softmax_jacobian(x):
    p = _p(x)
    j = -p[..., :, None] * p[..., None, :]
    i = np.arange(p.shape[-1])
    j[..., i, i] += p
    return torch.from_numpy(j).to(x.dtype)


def softmax_vjp(x, v):
    if tuple(x.shape) != tuple(v.shape):
        raise ValueError("shapes")
    p, w = _p(x), v.numpy().astype(np.float64)
    return torch.from_numpy(p * (w - (p * w).sum(-1, keepdims=True))).to(x.dtype)
