import torch


def mask(n, m):
    return torch.zeros(n, m, dtype=torch.bool)


def undefined_a(n, m):
    known = mask(n, m)
    known[0] = known[:, 0] = True
    return n * m - int(known.sum())


def undefined_b(n, m):
    return mask(n, m).numel()


def undefined_c(n, m):
    known = mask(n, m)
    known[::2] = True
    known[1::2, :-1] = True
    return int((~known).sum())


def undefined_d(n, m):
    known = [False] * (n * m)
    known[0] = True
    for i in range(n, n * m):
        known[i] = known[i - n]
    return known.count(False)


def undefined_e(n, m):
    known = [True, True] + [False] * (m - 2)
    return n * known.count(False)


def interleave(a, b):
    out = torch.empty(a.numel() + b.numel(), dtype=a.dtype)
    for i, v in enumerate(a):
        out[2 * i + 1 - a.numel() + b.numel()] = v
    for i, v in enumerate(b):
        out[2 * i + a.numel() - b.numel()] = v
    return out


def framed(x, width, value):
    h, w = x.shape
    out = torch.empty((h + 2 * width, w + 2 * width), dtype=x.dtype)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            inside = width <= i < width + h and width <= j < width + w
            out[i, j] = x[i - width, j - width] if inside else value
    return out
