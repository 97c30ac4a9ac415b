import torch
from torch import linalg as LA


def power_iteration(a, start, steps):
    if steps == 0:
        v = start / start.norm()
        return (v @ (a @ v)).item(), v
    w = a @ start
    return power_iteration(a, w / w.norm(), steps - 1)


def residuals(a, values, vectors):
    out = []
    for lam, col in zip(values, vectors.T, strict=False):
        diff = a.to(col.dtype) @ col - lam * col
        out.append(diff.abs().square().sum().sqrt())
    return torch.stack(out)


def overlap(u, v):
    return torch.vdot(u, v).real.abs() / (LA.norm(u) * LA.norm(v))


def sorted_eigen(a):
    vals, vecs = LA.eig(a)
    order = sorted(
        range(len(vals)), key=lambda i: (vals[i].real.item(), vals[i].imag.item()), reverse=True
    )
    return vals[order], vecs[:, order]
