"""Counts the additions as well."""

import torch


def passes(n, m, mode):
    if mode == "forward":
        return n
    if mode == "reverse":
        return m
    return n + n


def cheaper_mode(n, m):
    if m < n:
        return "reverse"
    return "forward"


def full_jacobian(jvp, vjp, n, m):
    J = torch.empty((m, n), dtype=torch.float64)
    if m < n:
        for i in range(m):
            v = torch.zeros(m).double()
            v[i] = 1.0
            J[i, :] = vjp(v)
    else:
        for j in range(n):
            u = torch.zeros(n).double()
            u[j] = 1.0
            J[:, j] = jvp(u)
    return J


def multiplications(sizes, mode):
    total = 0
    last = len(sizes) - 1
    if mode == "forward":
        for k in range(1, last):
            total += sizes[k + 1] * sizes[k] * sizes[0]
    else:
        for k in range(last - 1, 0, -1):
            total += sizes[last] * sizes[k] * sizes[k - 1]
    return 2 * total
