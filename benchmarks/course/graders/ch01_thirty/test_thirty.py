"""Six functions, five cases each: the cases of ``benchmarks/batch_cost/cases.py``."""

import torch
import torch.nn.functional as F

from torchgrade.authoring import cases, close, misconception


@misconception("manual_conv2d", "The kernel is turned by 180 degrees before it meets the image.")
def kernel_flipped(x, w, b, stride, padding):
    return F.conv2d(x, w.flip(2, 3), b, stride, padding)


@misconception("manual_conv2d", "The bias is left out.")
def without_bias(x, w, b, stride, padding):
    return F.conv2d(x, w, None, stride, padding)


@misconception("softmax_jacobian", "Only the diagonal is filled: every p[i] depends on all x[j].")
def diagonal_only(x):
    p = torch.softmax(x, dim=0)
    return torch.diag(p * (1 - p))


@misconception("gather", "The index is taken along the first axis, whatever dim says.")
def along_the_first_axis(x, dim, index):
    return torch.gather(x, 0, index)


@misconception("broadcast_shape", "Shapes are aligned at the left; the last sizes must meet.")
def aligned_at_the_left(*shapes):
    length = max(len(shape) for shape in shapes)
    return torch.broadcast_shapes(*(tuple(shape) + (1,) * (length - len(shape)) for shape in shapes))


@misconception("best_rank_k", "Layers are dropped from the front; the first ones matter most.")
def last_layers(a, k):
    u, s, vh = torch.linalg.svd(a, full_matrices=False)
    return (u[:, -k:] * s[-k:]) @ vh[-k:]


@misconception("accumulated_gradient", "The means of the batches are added, not averaged.")
def means_added(w, x, y, size):
    w = w.detach().clone().requires_grad_()
    for rows, targets in zip(x.split(size), y.split(size)):
        (rows @ w - targets).square().mean().backward()
    return w.grad


@cases("kernel, stride, padding", [(1, 1, 0), (2, 1, 0), (3, 1, 1), (3, 2, 0), (3, 2, 1)])
def test_manual_conv2d(student, rand, reference, kernel, stride, padding):
    x, w, b = rand(2, 3, 7, 7), rand(4, 3, kernel, kernel), rand(4)
    expected = reference(F.conv2d, x, w, b, stride, padding)
    close(student.manual_conv2d(x, w, b, stride, padding), expected)


@cases("size", [1, 2, 3, 5, 8])
def test_softmax_jacobian(student, rand, size):
    x = rand(size)
    p = torch.softmax(x, dim=0)
    close(student.softmax_jacobian(x), torch.diag(p) - torch.outer(p, p))


@cases("shape, dim", [((5,), 0), ((4, 6), 0), ((4, 6), 1), ((3, 4, 5), 1), ((3, 4, 5), 2)])
def test_gather(student, rand, reference, shape, dim):
    x, index = rand(*shape), rand.ints(0, shape[dim], *shape)
    close(student.gather(x, dim, index), reference(torch.gather, x, dim, index))


@cases(
    "shapes",
    [((3,), (1,)), ((2, 3), (3,)), ((4, 1), (1, 5)), ((2, 1, 3), (4, 1)), ((1,), (0, 1), (5, 1, 2))],
)
def test_broadcast_shape(student, shapes):
    close(student.broadcast_shape(*shapes), torch.broadcast_shapes(*shapes))


@cases("shape, k", [((4, 4), 1), ((4, 4), 3), ((6, 3), 2), ((3, 6), 2), ((8, 8), 5)])
def test_best_rank_k(student, rand, reference, shape, k):
    a = rand(*shape)
    u, s, vh = reference(torch.linalg.svd, a, full_matrices=False)
    close(student.best_rank_k(a, k), (u[:, :k] * s[:k]) @ vh[:k])


@cases("rows, size", [(8, 2), (8, 3), (9, 3), (16, 4), (10, 10)])
def test_accumulated_gradient(student, rand, rows, size):
    w, x, y = rand(5), rand(rows, 5), rand(rows)
    expected = 2 * x.T @ (x @ w - y) / rows
    close(student.accumulated_gradient(w, x, y, size), expected)
