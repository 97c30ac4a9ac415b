def squared_distances(x, y):
    diff = x.unsqueeze(1) - y.unsqueeze(0)
    return (diff * diff).sum(-1)


def moving_maximum(x, width):
    if width < 1 or width > x.shape[-1]:
        raise ValueError("width")
    n = x.shape[-1] - width + 1
    return (
        x.flatten()
        .unfold(0, width, 1)
        .amax(-1)[: x.numel() // x.shape[-1] * n]
        .reshape(*x.shape[:-1], n)
    )


def neighbours(x, radius):
    return (squared_distances(x, x) <= radius * radius).sum(1) - 1
