import torch


def pca(x, k):
    mean = x.mean(0)
    u, s, v = torch.svd(x - mean)
    return mean, with_fixed_signs(v.T[:k]), (s**2)[:k] / x.shape[0]


def with_fixed_signs(components):
    out = components.clone()
    for i in range(out.shape[0]):
        j = torch.argmax(torch.abs(out[i]))
        if out[i, j] < 0:
            out[i] = -out[i]
    return out


def project(x, mean, components):
    return x @ components.T - components @ mean


def reconstruct(z, mean, components):
    return torch.einsum("nk,kd->nd", z, components) + mean


def explained_ratio(x, k):
    rest = x - x.mean(0)
    total = (rest**2).sum()
    _, components, _ = pca(x, k)
    return ((rest @ components.T) ** 2).sum() / total
