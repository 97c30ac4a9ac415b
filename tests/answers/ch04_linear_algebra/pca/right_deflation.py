"""One direction at a time: Gram matrix, largest eigenvector, subtract."""

import torch


def pca(x, k):
    mean = x.mean(0)
    rest = (x - mean).double()
    rows, variances = [], []
    for _ in range(k):
        values, vectors = torch.linalg.eigh(rest @ rest.T)
        direction = rest.T @ vectors[:, -1]
        direction = direction / direction.norm()
        along = rest @ direction
        rows.append(direction)
        variances.append((along**2).sum() / (x.shape[0] - 1))
        rest = rest - along[:, None] * direction
    components = with_fixed_signs(torch.stack(rows)).to(x.dtype)
    return mean, components, torch.stack(variances).to(x.dtype)


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
