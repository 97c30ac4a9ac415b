"""One swap for the channels, on the way there only."""


def swap_last_two(x):
    return x.transpose(-1, -2)


def inverse_permutation(dims):
    if sorted(dims) != list(range(len(dims))):
        raise ValueError
    return tuple(list(dims).index(i) for i in range(len(dims)))


def permute(x, dims):
    if sorted(dims) != list(range(x.ndim)):
        raise ValueError
    now = list(range(x.ndim))
    for i in range(x.ndim):
        j = now.index(dims[i])
        x = x.swapaxes(i, j)
        now[i], now[j] = now[j], now[i]
    return x


def to_channels_first(images):
    return images.swapaxes(-1, 1).contiguous()


def to_channels_last(images):
    return images.transpose(1, 2).transpose(2, 3)
