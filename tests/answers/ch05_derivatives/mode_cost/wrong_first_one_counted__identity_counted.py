"""Multiplies the first matrix by the identity."""

import numpy as np
import torch


def passes(n, m, mode):
    return dict(forward=n, reverse=m).get(mode, 2 * n)


def cheaper_mode(n, m):
    return ("forward", "reverse")[passes(n, m, "forward") > passes(n, m, "reverse")]


def full_jacobian(jvp, vjp, n, m):
    if cheaper_mode(n, m) == "reverse":
        return full_jacobian(vjp, jvp, m, n).T
    columns = [jvp(torch.from_numpy(row)).numpy() for row in np.identity(n)]
    return torch.from_numpy(np.column_stack(columns))


def multiplications(sizes, mode):
    if mode == "reverse":
        return multiplications(sizes[::-1], "forward")
    return sum(sizes[0] * a * b for a, b in zip(sizes, sizes[1:]))
