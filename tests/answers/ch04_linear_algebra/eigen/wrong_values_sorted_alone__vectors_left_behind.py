import torch


def power_iteration(a, start, steps):
    v = torch.nn.functional.normalize(start, dim=0)
    value = torch.zeros(())
    for _ in range(steps):
        w = a @ v
        value = torch.dot(v, w)
        v = torch.nn.functional.normalize(w, dim=0)
    return value.item(), v


def residuals(a, values, vectors):
    a = a + 0 * values[0]
    error = torch.einsum("ij,jk->ik", a, vectors) - torch.einsum("k,jk->jk", values, vectors)
    return torch.linalg.vector_norm(error, dim=0)


def overlap(u, v):
    return torch.linalg.vecdot(u, v).abs() / torch.sqrt(
        torch.linalg.vecdot(u, u).abs() * torch.linalg.vecdot(v, v).abs()
    )


def sorted_eigen(a):
    w, v = torch.linalg.eig(a)
    w = sorted(w.tolist(), key=lambda z: (z.real, z.imag))[::-1]
    return torch.tensor(w, dtype=v.dtype), v
