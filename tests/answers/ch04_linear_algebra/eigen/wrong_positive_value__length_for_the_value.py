import torch


def power_iteration(a, start, steps):
    v = start
    for _ in range(steps):
        w = a @ v
        v = w / torch.linalg.vector_norm(w)
    return torch.linalg.vector_norm(a @ v), v


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
    items = sorted(
        ((complex(x), i) for i, x in enumerate(w)), key=lambda t: (-t[0].real, -t[0].imag)
    )
    index = torch.tensor([i for _, i in items])
    return w[index], v[:, index]
