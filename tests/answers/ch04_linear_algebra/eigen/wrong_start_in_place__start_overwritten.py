import torch


def power_iteration(a, start, steps):
    v = start
    v /= v.norm()
    for _ in range(steps):
        v = a @ v
        v /= v.norm()
    return v @ (a @ v), v


def residuals(a, values, vectors):
    if vectors.is_complex():
        re = a @ vectors.real - (vectors * values).real
        im = a @ vectors.imag - (vectors * values).imag
        return torch.hypot(re, im).pow(2).sum(0).sqrt()
    return torch.linalg.vector_norm(a @ vectors - vectors @ torch.diag(values), dim=0)


def overlap(u, v):
    u = u / torch.linalg.vector_norm(u)
    v = v / torch.linalg.vector_norm(v)
    total = 0
    for x, y in zip(u.tolist(), v.tolist(), strict=False):
        total += complex(x).conjugate() * y
    real = u.real.dtype if u.is_complex() else u.dtype
    return torch.tensor(abs(total), dtype=real)


def sorted_eigen(a):
    vals, vecs = torch.linalg.eig(a)
    i = torch.argsort(vals.imag, descending=True, stable=True)
    vals, vecs = vals[i], vecs[:, i]
    i = torch.argsort(vals.real, descending=True, stable=True)
    return vals[i], vecs[:, i]
