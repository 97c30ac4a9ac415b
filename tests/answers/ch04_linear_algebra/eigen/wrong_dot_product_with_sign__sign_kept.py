import torch


def length(v):
    return (v * v.conj()).real.sum() ** 0.5


def power_iteration(a, start, steps):
    x = start
    for _ in range(steps):
        x = x / length(x)
        x = torch.mv(a, x)
    x = x / length(x)
    return (x * torch.mv(a, x)).sum(), x


def residuals(a, values, vectors):
    if values.is_complex():
        p, q = vectors.real, vectors.imag
        s, t = values.real, values.imag
        real = a @ p - (p * s - q * t)
        imag = a @ q - (p * t + q * s)
        return (real**2 + imag**2).sum(0).sqrt()
    return ((a @ vectors - vectors @ torch.diag(values)) ** 2).sum(0).sqrt()


def overlap(u, v):
    return torch.dot(u.conj(), v).real / length(u) / length(v)


def sorted_eigen(a):
    w, v = torch.linalg.eig(a)
    order = list(range(len(w)))
    for i in range(len(order)):
        for j in range(len(order) - 1 - i):
            left, right = w[order[j]], w[order[j + 1]]
            behind = left.real < right.real or (left.real == right.real and left.imag < right.imag)
            if behind:
                order[j], order[j + 1] = order[j + 1], order[j]
    return torch.stack([w[i] for i in order]), torch.stack([v[:, i] for i in order], dim=1)
