import torch


def swap_last_two(x):
    return x.transpose(x.dim() - 1, x.dim() - 2).contiguous()


def inverse_permutation(dims):
    dims = list(dims)
    if sorted(dims) != list(range(len(dims))):
        raise ValueError(dims)
    return tuple(sorted(range(len(dims)), key=lambda i: dims[i]))


def permute(x, dims):
    dims = list(dims)
    if sorted(dims) != list(range(x.dim())):
        raise ValueError(dims)
    at = list(range(x.dim()))
    for i in range(len(dims)):
        j = at.index(dims[i])
        x = x.transpose(i, j)
        at[i], at[j] = at[j], at[i]
    return x


def to_channels_first(images):
    n, h, w, c = images.shape
    return torch.stack([images[..., k] for k in range(c)], 1) if c else images.new_empty(n, c, h, w)


def to_channels_last(images):
    return images.transpose(1, 3).transpose(1, 2)
