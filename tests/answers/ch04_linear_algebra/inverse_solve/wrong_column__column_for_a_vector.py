import torch


def inverse_2x2(a):
    a = a * 1.0 if a.is_floating_point() else a.float()
    d = a[0, 0] * a[1, 1] - a[0, 1] * a[1, 0]
    if bool(d == 0):
        raise ValueError("singular")
    out = torch.empty_like(a)
    out[0, 0], out[1, 1] = a[1, 1], a[0, 0]
    out[0, 1], out[1, 0] = -a[0, 1], -a[1, 0]
    return out / d


def inverse(a):
    return solve(a, torch.eye(a.shape[0], dtype=a.dtype))


def solve(a, b):
    if a.ndim != 2 or a.shape[0] != a.shape[1]:
        raise ValueError("not a square matrix")
    work = a.clone() if a.is_floating_point() else a.float()
    x = b.to(work.dtype)
    if x.ndim == 1:
        x = x[:, None]
    work = torch.cat([work, x], 1)
    n = work.shape[0]
    for j in range(n):
        k = int(torch.argmax(torch.abs(work[j:, j]))) + j
        if work[k, j].item() == 0:
            raise ValueError("no pivot")
        order = list(range(n))
        order[j], order[k] = k, j
        work = work[order]
        work[j] /= work[j, j].item()
        for i in range(n):
            if i != j:
                work[i] -= work[i, j].item() * work[j]
    return work[:, n:]
