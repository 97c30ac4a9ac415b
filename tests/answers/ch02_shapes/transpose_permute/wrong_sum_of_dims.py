"""Takes dims for an order if only range and sum are right."""


def swap_last_two(x):
    return x.mT


def inverse_permutation(dims):
    n = len(dims)
    if (
        sum(dims) != n * (n - 1) // 2
        or min(dims, default=0) < 0
        or max(dims, default=0) >= max(n, 1)
    ):
        raise ValueError
    out = [0] * n
    for i, d in enumerate(dims):
        out[d] = i
    return tuple(out)


def permute(x, dims):
    if sorted(dims) != list(range(x.dim())):
        raise ValueError
    now = list(range(x.dim()))
    for i, d in enumerate(dims):
        j = now.index(d)
        x = x.transpose(i, j)
        now[i], now[j] = now[j], now[i]
    return x


def to_channels_first(images):
    return images.mT.transpose(1, 2)


def to_channels_last(images):
    return permute(images, (0, 2, 3, 1))
