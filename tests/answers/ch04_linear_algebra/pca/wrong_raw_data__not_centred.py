import torch


def pca(x, k):
    u, s, vh = torch.linalg.svd(x)
    return x.mean(0), with_fixed_signs(vh)[:k], s[:k] ** 2 / (x.shape[0] - 1)


def with_fixed_signs(components):
    big = components.abs() == components.abs().max(dim=1, keepdim=True).values
    return components * torch.sign((components * big).sum(1, keepdim=True))


def project(x, mean, components):
    return torch.nn.functional.linear(x - mean, components)


def reconstruct(z, mean, components):
    return torch.addmm(mean, z, components)


def explained_ratio(x, k):
    cov = torch.cov(x.T).reshape(x.shape[1], x.shape[1])
    values = torch.linalg.eigvalsh(cov).flip(0)
    return (values[:k].sum() / torch.trace(cov)).item()
