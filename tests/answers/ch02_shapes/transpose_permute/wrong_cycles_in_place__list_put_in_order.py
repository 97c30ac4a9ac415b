"""Carries the swaps out in the list of the caller."""


def swap_last_two(x):
    return x.mT


def inverse_permutation(dims):
    if sorted(dims) != list(range(len(dims))):
        raise ValueError
    return tuple(sorted(range(len(dims)), key=lambda i: dims[i]))


def permute(x, dims):
    if sorted(dims) != list(range(x.dim())):
        raise ValueError
    if isinstance(dims, tuple):
        dims = list(dims)
    swaps = []
    for i in range(len(dims)):
        while dims[i] != i:
            j = dims[i]
            dims[i], dims[j] = dims[j], dims[i]
            swaps.append((i, j))
    for a, b in reversed(swaps):
        x = x.transpose(a, b)
    return x


def to_channels_first(images):
    return images.mT.transpose(1, 2)


def to_channels_last(images):
    return permute(images, (0, 2, 3, 1))
