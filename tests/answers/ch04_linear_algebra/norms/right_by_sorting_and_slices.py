"""Maximum from a sort; powers by exp and log in float64."""

import math

import torch


def line_norm(line, p):
    line = line.double().abs()
    line = line[line != 0]
    if p == 0:
        return torch.tensor(float(len(line)))
    if len(line) == 0:
        return torch.tensor(0.0)
    if math.isinf(p):
        return line.sort().values[-1]
    return torch.exp(torch.logsumexp(p * line.log(), 0) / p)


def vector_norm(x, p, dim=None, keepdim=False):
    if dim is None:
        out = line_norm(x.reshape(-1), p).to(x.dtype)
        return out.reshape((1,) * x.dim()) if keepdim else out
    dim = dim % x.dim()
    lines = x.transpose(dim, -1)
    shape = lines.shape[:-1]
    out = torch.stack([line_norm(v, p) for v in lines.reshape(-1, x.shape[dim])])
    out = out.to(x.dtype).reshape(shape).unsqueeze(-1).transpose(dim, -1)
    return out if keepdim else out.squeeze(dim)


def frobenius_norm(a):
    return torch.sqrt((a.mT @ a).diagonal(dim1=-2, dim2=-1).sum(-1))


def vector_with_norms(n, l1, linf):
    if not (linf <= l1 and l1 <= n * linf):
        raise ValueError
    if linf == 0:
        return torch.zeros(n)
    whole = int(l1 // linf)
    v = torch.zeros(n, dtype=torch.float64)
    v[:whole] = linf
    if whole < n:
        v[whole] = l1 - whole * linf
    return v
