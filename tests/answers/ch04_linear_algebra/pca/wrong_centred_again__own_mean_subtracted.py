import torch


def pca(x, k):
    mean = torch.mean(x, dim=0)
    _u, s, v = torch.svd(x - mean)
    variances = torch.square(s) / (x.size(0) - 1)
    return [mean, with_fixed_signs(v.t()[:k]), variances[:k]]


def with_fixed_signs(components):
    idx = components.abs().max(dim=1, keepdim=True).indices
    return components * components.gather(1, idx).sign()


def project(x, mean, components):
    return (x - x.mean(0)) @ components.T


def reconstruct(z, mean, components):
    return torch.addmm(mean, z, components)


def explained_ratio(x, k):
    s = torch.linalg.svdvals(x - x.mean(0))
    power = s * s
    return power[:k].sum() / power.sum()
