"""einsum for products, repeat for sums."""

import torch


def outer_sum(a, b):
    return a.reshape(-1, 1).repeat(1, len(b)) + b.repeat(len(a), 1)


def outer_product(a, b):
    letters = "abcdefghijkl"
    left, right = letters[: a.ndim], letters[a.ndim : a.ndim + b.ndim]
    return torch.einsum(f"{left},{right}->{left}{right}", a, b)


def length_mask(lengths, size):
    places = torch.arange(size).expand(len(lengths), size)
    return places.lt(lengths.view(-1, 1))


def pairwise_distance(x, y):
    d = torch.sub(x.unsqueeze(dim=-2), y.unsqueeze(dim=-3))
    return torch.sqrt(torch.einsum("...d,...d->...", d, d))
