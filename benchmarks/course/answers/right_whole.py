"""As few steps as there can be."""

import torch


def manual_conv2d(x, w, b, stride, padding):
    padded = torch.nn.functional.pad(x, (padding, padding, padding, padding))
    windows = padded.unfold(2, w.shape[2], stride).unfold(3, w.shape[3], stride)
    return torch.einsum("ncijuv,ocuv->noij", windows, w) + b[:, None, None]


def softmax_jacobian(x):
    p = torch.softmax(x, dim=0)
    return p[:, None] * (torch.eye(len(x), dtype=x.dtype) - p[None])


def gather(x, dim, index):
    grid = list(torch.meshgrid(*map(torch.arange, index.shape), indexing="ij"))
    grid[dim] = index
    return x[tuple(grid)]


def broadcast_shape(*shapes):
    tensors = [torch.empty(1).expand(*shape, 1).squeeze(-1) for shape in shapes]
    return tuple(torch.broadcast_tensors(*tensors)[0].shape)


def best_rank_k(a, k):
    u, s, vh = torch.linalg.svd(a)
    return u[:, :k] @ torch.diag(s[:k]) @ vh[:k]


def accumulated_gradient(w, x, y, size):
    leaf = w.detach().clone().requires_grad_()
    losses = [((a @ leaf - b) ** 2).sum() / len(x) for a, b in zip(x.split(size), y.split(size))]
    return sum(torch.autograd.grad(loss, leaf)[0] for loss in losses)
