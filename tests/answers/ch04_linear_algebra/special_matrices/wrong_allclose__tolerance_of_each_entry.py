import torch


def is_symmetric(a):
    return a.shape[0] == a.shape[1] and torch.allclose(a, a.T)


def is_skew(a):
    m, n = a.shape
    if m != n:
        return False
    tol = 1e-4 * max(abs(v) for row in a.tolist() for v in row)
    for i in range(n):
        for j in range(i + 1):
            if abs(a[i, j] + a[j, i]) > tol:
                return False
    return True


def is_orthogonal(a):
    return a.shape[0] == a.shape[1] and torch.allclose(
        a.T @ a, torch.eye(len(a), dtype=a.dtype), atol=1e-4
    )


def is_permutation(a):
    m, n = a.shape
    if m != n:
        return False
    r = a.round()
    if (a - r).abs().max() > 1e-3:
        return False
    return (
        sorted(r.argmax(1).tolist()) == list(range(n))
        and r.abs().sum().item() == n
        and bool((r >= 0).all())
    )


def is_positive_definite(a):
    return is_symmetric(a) and torch.linalg.cholesky_ex((a + a.T) / 2).info.item() == 0


def semidefinite_with_kernel(v):
    u = v / v.norm()
    return torch.eye(len(v), dtype=v.dtype) - u[:, None] * u[None, :]


def misleading_eigenvalues(p, q):
    a = torch.tensor([[p, 0.0], [10 * (p + q), q]], dtype=torch.float64)
    return a, torch.tensor([1.0, -1.0], dtype=torch.float64)
