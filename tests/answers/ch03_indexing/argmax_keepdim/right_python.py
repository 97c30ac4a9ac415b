import torch


def coordinates(flat, shape):
    if len(shape) == 1:
        return [flat]
    return coordinates(flat // shape[-1], shape[:-1]) + [flat % shape[-1]]


def where_is_max(x):
    if x.dim() == 1:
        return [max(range(len(x)), key=lambda i: x[i].item())]
    best = max(range(len(x)), key=lambda i: x[i].max().item())
    return [best] + where_is_max(x[best])


def margins(x, dim):
    return (x.movedim(dim, 0) - x.movedim(dim, 0).max(0)[0]).movedim(0, dim)


def nearest(points, centres):
    out = []
    for p in points.tolist():
        d = [sum((a - b) ** 2 for a, b in zip(p, c)) for c in centres.tolist()]
        out.append(d.index(min(d)))
    return torch.tensor(out, dtype=torch.int64)


def accuracy(scores, y):
    right = scores.movedim(1, -1).argmax(-1).eq(y)
    return right.sum().item() / right.numel()
