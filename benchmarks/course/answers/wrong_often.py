"""A mistake in each function, such as students make."""

import torch


def manual_conv2d(x, w, b, stride, padding):
    padded = torch.nn.functional.pad(x, (padding,) * 4)
    windows = padded.unfold(2, w.shape[2], stride).unfold(3, w.shape[3], stride)
    return torch.einsum("ncijuv,ocuv->noij", windows, w.flip(2, 3)) + b[:, None, None]


def softmax_jacobian(x):
    p = torch.softmax(x, dim=0)
    return torch.diag(p * (1 - p))


def gather(x, dim, index):
    return x.index_select(dim, index.reshape(-1))


def broadcast_shape(*shapes):
    length = max(len(shape) for shape in shapes)
    filled = [tuple(shape) + (1,) * (length - len(shape)) for shape in shapes]
    return tuple(max(column) for column in zip(*filled))


def best_rank_k(a, k):
    u, s, vh = torch.linalg.svd(a, full_matrices=False)
    return (u[:, :k] * s[:k]) @ vh[:, :k].T


def accumulated_gradient(w, x, y, size):
    w = w.detach().clone().requires_grad_()
    for rows, targets in zip(x.split(size), y.split(size)):
        (rows @ w - targets).square().mean().backward()
    return w.grad
