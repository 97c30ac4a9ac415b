import torch


def inverse_2x2(a):
    a = a if a.is_floating_point() else a.to(torch.float32)
    det = a[0, 0] * a[1, 1] - a[0, 1] * a[1, 0]
    if det == 0:
        raise ValueError
    adj = a.flip(0, 1).T.clone()
    adj = torch.stack([torch.stack([a[1, 1], -a[0, 1]]), torch.stack([-a[1, 0], a[0, 0]])])
    return adj / det


def _eliminate(rows, n):
    for j in range(n):
        p = j
        while p < n and rows[p][j] == 0:
            p += 1
        if p == n:
            raise ValueError("singular")
        rows[j], rows[p] = rows[p], rows[j]
        piv = rows[j][j]
        rows[j] = [v / piv for v in rows[j]]
        for i in range(n):
            if i != j:
                f = rows[i][j]
                rows[i] = [u - f * v for u, v in zip(rows[i], rows[j], strict=False)]
    return [r[n:] for r in rows]


def _check(a):
    if a.ndim != 2 or a.size(0) != a.size(1):
        raise ValueError("not square")


def inverse(a):
    _check(a)
    n = len(a)
    dtype = a.dtype if a.is_floating_point() else torch.float32
    rows = [list(map(float, r)) + [float(i == k) for k in range(n)] for i, r in enumerate(a)]
    return torch.tensor(_eliminate(rows, n), dtype=dtype)


def solve(a, b):
    _check(a)
    n = len(a)
    dtype = a.dtype if a.is_floating_point() else torch.float32
    cols = b.reshape(n, -1)
    rows = [r + c for r, c in zip(a.double().tolist(), cols.double().tolist(), strict=False)]
    return torch.tensor(_eliminate(rows, n), dtype=dtype).reshape(b.shape)
