"""Everything by loops over elements."""

import itertools
import math

import torch


def manual_conv2d(x, w, b, stride, padding):
    n, c, height, width = x.shape
    o, _, kh, kw = w.shape
    padded = torch.zeros(n, c, height + 2 * padding, width + 2 * padding, dtype=x.dtype)
    padded[:, :, padding : padding + height, padding : padding + width] = x
    oh = (height + 2 * padding - kh) // stride + 1
    ow = (width + 2 * padding - kw) // stride + 1
    out = torch.empty(n, o, oh, ow, dtype=x.dtype)
    for image in range(n):
        for i in range(oh):
            for j in range(ow):
                rows = slice(i * stride, i * stride + kh)
                columns = slice(j * stride, j * stride + kw)
                window = padded[image, :, rows, columns]
                for kernel in range(o):
                    out[image, kernel, i, j] = (window * w[kernel]).sum() + b[kernel]
    return out


def softmax_jacobian(x):
    exps = [math.exp(v - x.max().item()) for v in x.tolist()]
    p = [e / sum(exps) for e in exps]
    jacobian = torch.empty(len(p), len(p), dtype=x.dtype)
    for i in range(len(p)):
        for j in range(len(p)):
            jacobian[i, j] = p[i] * ((i == j) - p[j])
    return jacobian


def gather(x, dim, index):
    out = torch.empty(index.shape, dtype=x.dtype)
    for place in itertools.product(*map(range, index.shape)):
        source = list(place)
        source[dim] = int(index[place])
        out[place] = x[tuple(source)]
    return out


def broadcast_shape(*shapes):
    result = []
    for sizes in itertools.zip_longest(*(reversed(shape) for shape in shapes), fillvalue=1):
        common = 1
        for size in sizes:
            if size != 1:
                if common not in (1, size):
                    raise ValueError("shapes do not fit")
                common = size
        result.insert(0, common)
    return tuple(result)


def best_rank_k(a, k):
    u, s, vh = torch.linalg.svd(a, full_matrices=False)
    out = torch.zeros_like(a)
    for i in range(k):
        out += s[i] * torch.outer(u[:, i], vh[i])
    return out


def accumulated_gradient(w, x, y, size):
    total = torch.zeros_like(w)
    for start in range(0, len(x), size):
        leaf = w.detach().clone().requires_grad_()
        error = x[start : start + size] @ leaf - y[start : start + size]
        (error.square().sum() / len(x)).backward()
        total += leaf.grad
    return total
