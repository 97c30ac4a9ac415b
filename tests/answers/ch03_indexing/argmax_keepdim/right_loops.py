import torch


def coordinates(flat, shape):
    out = []
    for size in reversed(shape):
        flat, rest = divmod(flat, size)
        out.append(rest)
    return tuple(out[::-1])


def where_is_max(x):
    return coordinates(int(x.argmax()), x.shape)


def margins(x, dim):
    return x - x.amax(dim, keepdim=True)


def nearest(points, centres):
    out = []
    for p in points:
        out.append(min(range(len(centres)), key=lambda k: float(((p - centres[k]) ** 2).sum())))
    return torch.tensor(out, dtype=torch.int64)


def accuracy(scores, y):
    return float((scores.argmax(1) == y).double().mean())
