import torch


def squared_distances(x, y):
    return torch.linalg.vector_norm(x.unsqueeze(1) - y.unsqueeze(0), dim=-1)


def moving_maximum(x, width):
    if width < 1 or width > x.shape[-1]:
        raise ValueError("width")
    return x.unfold(-1, width, 1).max(-1).values


def neighbours(x, radius):
    return (squared_distances(x, x) <= radius * radius).sum(1) - 1
