"""The thirty tests as other systems run them: calls, expected values, a comparison.

Stands alone: it is imported by pytest and pasted into a notebook. The shapes are those of
``benchmarks/course/graders/ch01_thirty/test_thirty.py``.
"""

import torch
import torch.nn.functional as F


def cases():
    """(function, arguments, what computes the expected value) of each test."""
    torch.manual_seed(1)
    found = []
    for kernel, stride, padding in ((1, 1, 0), (2, 1, 0), (3, 1, 1), (3, 2, 0), (3, 2, 1)):
        x, w, b = torch.randn(2, 3, 7, 7), torch.randn(4, 3, kernel, kernel), torch.randn(4)
        found.append(("manual_conv2d", (x, w, b, stride, padding), F.conv2d))
    for size in (1, 2, 3, 5, 8):
        found.append(("softmax_jacobian", (torch.randn(size),), jacobian))
    for shape, dim in (((5,), 0), ((4, 6), 0), ((4, 6), 1), ((3, 4, 5), 1), ((3, 4, 5), 2)):
        index = torch.randint(0, shape[dim], shape)
        found.append(("gather", (torch.randn(shape), dim, index), torch.gather))
    for shapes in (
        ((3,), (1,)),
        ((2, 3), (3,)),
        ((4, 1), (1, 5)),
        ((2, 1, 3), (4, 1)),
        ((1,), (0, 1), (5, 1, 2)),
    ):
        found.append(("broadcast_shape", shapes, torch.broadcast_shapes))
    for shape, k in (((4, 4), 1), ((4, 4), 3), ((6, 3), 2), ((3, 6), 2), ((8, 8), 5)):
        found.append(("best_rank_k", (torch.randn(shape), k), truncated))
    for rows, size in ((8, 2), (8, 3), (9, 3), (16, 4), (10, 10)):
        data = torch.randn(5), torch.randn(rows, 5), torch.randn(rows)
        found.append(("accumulated_gradient", (*data, size), gradient))
    return found


def jacobian(x):
    p = torch.softmax(x, dim=0)
    return torch.diag(p) - torch.outer(p, p)


def truncated(a, k):
    u, s, vh = torch.linalg.svd(a, full_matrices=False)
    return (u[:, :k] * s[:k]) @ vh[:k]


def gradient(w, x, y, size):
    return 2 * x.T @ (x @ w - y) / len(x)


def agree(actual, expected):
    """Whether two values are the same, up to rounding."""
    if isinstance(expected, torch.Tensor):
        alike = isinstance(actual, torch.Tensor) and actual.shape == expected.shape
        return alike and torch.allclose(actual, expected, rtol=1e-4, atol=1e-5)
    return tuple(actual) == tuple(expected)
