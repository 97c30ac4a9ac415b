import torch


def pca(x, k):
    mean = torch.mean(x, dim=0, keepdim=True)
    u, s, vh = torch.linalg.svd(x - mean)
    c = with_fixed_signs(vh)[:k]
    cov = torch.cov(x.T).reshape(x.shape[1], x.shape[1])
    return mean.squeeze(0), c, torch.einsum("ki,ij,kj->k", c, cov, c)


def with_fixed_signs(components):
    big = components.abs() == components.abs().max(dim=1, keepdim=True).values
    return components * torch.sign((components * big).sum(1, keepdim=True))


def project(x, mean, components):
    return torch.nn.functional.linear(x - mean, components)


def reconstruct(z, mean, components):
    return z @ components - mean


def explained_ratio(x, k):
    cov = torch.cov(x.T).reshape(x.shape[1], x.shape[1])
    values = torch.linalg.eigvalsh(cov).flip(0)
    return (values[:k].sum() / torch.trace(cov)).item()
