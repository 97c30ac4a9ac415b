"""The gradient of a function of all matrices, and loops over the units."""

import torch


def gradient_norms(weights, activation, x, v):
    def loss(matrices):
        h = x
        for m in matrices:
            h = activation((m @ h.T).T)
        return torch.einsum("ij,ij->", h, v)

    leaves = [w.detach().clone().requires_grad_() for w in weights]
    grads = torch.autograd.grad(loss(leaves), leaves)
    return torch.stack([torch.linalg.matrix_norm(g) for g in grads])


def saturated_fraction(z, threshold):
    t = torch.tanh(z / 2)
    return torch.mean(((1 - t * t) / 4 < threshold).to(torch.float32))


def dead_units(weight, bias, x):
    dead = []
    for row, b in zip(weight, bias):
        dead.append(not any(float(torch.dot(row, example) + b) > 0 for example in x))
    return torch.tensor(dead)
