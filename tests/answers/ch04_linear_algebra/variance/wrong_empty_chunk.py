import torch


def var(x, dim, correction=1):
    y = x.movedim(dim, -1)
    y = y - y.mean(-1, keepdim=True)
    return torch.linalg.vecdot(y, y) / (y.shape[-1] - correction)


def std(x, dim, correction=1):
    return torch.sqrt(var(x, dim, correction))


def streaming_stats(chunks, correction=1):
    n, mean, m2 = 0, 0.0, 0.0
    for c in chunks:
        k = c.numel()
        cm = c.mean()
        d = cm - mean
        m2 = m2 + ((c - cm) ** 2).sum() + d * d * n * k / (n + k)
        mean = mean + d * k / (n + k)
        n += k
    return n, mean, m2 / (n - correction)
