import torch


def _close(a, b):
    scale = max(float(a.abs().max()), float(b.abs().max()), 1e-30)
    return bool(torch.all(torch.abs(a - b) < 1e-3 * scale))


def is_symmetric(a):
    if len(a) != len(a.T):
        return False
    return _close(a, a.mT) or not a.any().item()


def is_skew(a):
    if len(a) != len(a.T):
        return False
    return _close(a, -a.mT) or not a.any().item()


def is_orthogonal(a):
    s = torch.linalg.svdvals(a)
    return a.shape[0] == a.shape[1] and bool(((s - 1).abs() < 1e-3).all())


def is_permutation(a):
    return is_orthogonal(a) and bool((a > -0.005).all()) and bool((a.sum(1) < 1.005).all())


def is_positive_definite(a):
    if a.shape[0] != a.shape[1]:
        return False
    return bool((torch.linalg.eig(a.double()).eigenvalues.real > 1e-4 * a.abs().max()).all())


def semidefinite_with_kernel(v):
    u = v / torch.linalg.vector_norm(v)
    mirror = torch.eye(len(v), dtype=v.dtype) - 2 * u[:, None] * u
    return (mirror + torch.eye(len(v), dtype=v.dtype)) * 0.5


def misleading_eigenvalues(p, q):
    s = torch.tensor([[1.0, 50.0], [0.0, 1.0]], dtype=torch.float64)
    d = torch.diag(torch.tensor([p, q], dtype=torch.float64))
    a = s @ d @ torch.linalg.inv(s)
    sym = (a + a.T) / 2
    w, v = torch.linalg.eigh(sym)
    return a, v[:, 0]
