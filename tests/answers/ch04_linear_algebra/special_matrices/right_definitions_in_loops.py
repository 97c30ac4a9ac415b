"""Definitions with loops and float64."""

import torch

EPS = 1e-4


def square(a):
    return a.dim() == 2 and a.shape[0] == a.shape[1]


def is_symmetric(a):
    return square(a) and torch.allclose(a, a.T, rtol=0, atol=EPS * a.abs().max().item())


def is_skew(a):
    if not square(a):
        return False
    top = a.abs().max().item()
    n = a.shape[0]
    for i in range(n):
        for j in range(i + 1):
            if abs((a[i, j] + a[j, i]).item()) > EPS * top:
                return False
    return True


def is_orthogonal(a):
    if not square(a):
        return False
    rows = a.double().unbind(0)
    for i, r in enumerate(rows):
        for j, s in enumerate(rows):
            if abs(float(r @ s) - (1.0 if i == j else 0.0)) > EPS:
                return False
    return True


def is_permutation(a):
    if not square(a):
        return False
    near_one = (a - 1).abs() < EPS
    near_zero = a.abs() < EPS
    fine = (near_one | near_zero).all()
    return bool(fine and (near_one.sum(0) == 1).all() and (near_one.sum(1) == 1).all())


def is_positive_definite(a):
    if not is_symmetric(a):
        return False
    m = (a + a.T).double() / 2
    n = m.shape[0]
    top = m.abs().max()
    for j in range(n):
        if m[j, j] <= 1e-7 * top:
            return False
        for i in range(j + 1, n):
            m[i] = m[i] - m[i, j] / m[j, j] * m[j]
    return True


def semidefinite_with_kernel(v):
    q = torch.linalg.qr(torch.cat([v.reshape(-1, 1), torch.eye(v.numel(), dtype=v.dtype)], 1)).Q
    b = q[:, 1:]
    return 5 * (b @ b.T)


def misleading_eigenvalues(p, q):
    t = 10 * max(p, q)
    a = torch.tensor([[p, -t], [0, q]])
    return a, torch.ones(2)
