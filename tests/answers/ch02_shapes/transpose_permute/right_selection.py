"""Moves the wanted axis to the front, one at a time, from the last to the first."""


def swap_last_two(x):
    return x.swapaxes(x.ndim - 1, x.ndim - 2)


def inverse_permutation(dims):
    n = len(dims)
    if sorted(dims) != list(range(n)):
        raise ValueError
    pairs = sorted((d, i) for i, d in enumerate(dims))
    return tuple(i for _, i in pairs)


def permute(x, dims):
    dims = list(dims)
    if sorted(dims) != list(range(x.ndim)):
        raise ValueError
    names = list(range(x.ndim))
    for d in reversed(dims):
        k = names.index(d)
        while k > 0:
            x = x.transpose(k, k - 1)
            names[k], names[k - 1] = names[k - 1], names[k]
            k -= 1
    return x


def to_channels_first(images):
    return images.transpose(2, 3).transpose(1, 2)


def to_channels_last(images):
    return images.transpose(1, 3).transpose(1, 2)
