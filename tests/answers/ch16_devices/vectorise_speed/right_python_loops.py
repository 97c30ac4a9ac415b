import torch


def squared_distances(x, y):
    out = torch.zeros(x.shape[0], y.shape[0], dtype=x.dtype)
    for i, p in enumerate(x):
        for j, q in enumerate(y):
            out[i, j] = sum((a - b) ** 2 for a, b in zip(p, q, strict=True))
    return out


def moving_maximum(x, width):
    length = x.shape[-1]
    if width < 1 or width > length:
        raise ValueError("bad width")
    return torch.stack(
        [x[..., i : i + width].max(dim=-1)[0] for i in range(length - width + 1)], dim=-1
    )


def neighbours(x, radius):
    counts = []
    for i in range(len(x)):
        others = torch.cat([x[:i], x[i + 1 :]])
        counts.append(int((((others - x[i]) ** 2).sum(1) <= radius * radius).sum()))
    return torch.tensor(counts)
