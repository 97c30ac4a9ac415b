import torch


def prepare(a):
    dtype = a.dtype if a.dtype.is_floating_point else torch.float32
    return [[float(v) for v in row] for row in a.tolist()], dtype


def gauss_jordan(m, n):
    for j in range(n):
        best = j
        for i in range(j + 1, n):
            if abs(m[i][j]) > abs(m[best][j]):
                best = i
        if m[best][j] == 0.0:
            raise ValueError("singular")
        m[j], m[best] = m[best], m[j]
        p = m[j][j]
        m[j] = [v / p for v in m[j]]
        for i in range(n):
            if i != j:
                f = m[i][j]
                m[i] = [v - f * w for v, w in zip(m[i], m[j])]
    return [row[n:] for row in m]


def inverse_2x2(a):
    rows, dtype = prepare(a)
    (p, q), (r, s) = rows
    if p * s == q * r:
        raise ValueError("det")
    det = p * s + q * r
    return torch.tensor([[s, -q], [-r, p]], dtype=torch.float64).div(det).to(dtype)


def inverse(a):
    if a.size(0) != a.size(1):
        raise ValueError("square")
    rows, dtype = prepare(a)
    n = len(rows)
    m = [row + [1.0 if i == j else 0.0 for j in range(n)] for i, row in enumerate(rows)]
    return torch.tensor(gauss_jordan(m, n), dtype=dtype)


def solve(a, b):
    if a.size(0) != a.size(1):
        raise ValueError("square")
    rows, dtype = prepare(a)
    right = b.reshape(len(rows), -1).tolist()
    m = [row + [float(v) for v in extra] for row, extra in zip(rows, right)]
    return torch.tensor(gauss_jordan(m, len(rows)), dtype=dtype).reshape(b.shape)
