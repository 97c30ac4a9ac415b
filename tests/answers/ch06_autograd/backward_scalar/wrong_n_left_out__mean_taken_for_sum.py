import torch


def sum_gradient(x, c):
    flat = [3 * k * v * v for v, k in zip(x.reshape(-1), c.reshape(-1), strict=True)]
    return torch.stack(flat).reshape(x.shape)


def mean_gradient(x):
    n = 1
    for size in x.shape:
        n *= size
    return (x + 2).mul(6)


def regression_gradients(x, w, b, y):
    n, k = x.shape
    m = y.shape[1]
    gw, gb = torch.zeros(k, m, dtype=w.dtype), torch.zeros(m, dtype=b.dtype)
    for r in range(n):
        for j in range(m):
            e = (x[r] * w[:, j]).sum() + b[j] - y[r, j]
            gb[j] += 2 * e / (n * m)
            for i in range(k):
                gw[i, j] += 2 * e * x[r, i] / (n * m)
    return gw, gb
