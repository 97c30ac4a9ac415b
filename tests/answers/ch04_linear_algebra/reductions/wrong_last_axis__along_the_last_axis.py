import torch


def as_list(x, dims):
    if isinstance(dims, int):
        dims = [dims]
    return [d if d >= 0 else d + x.ndim for d in dims]


def add_up(x, d):
    while x.shape[d] > 1:
        half = x.shape[d] // 2
        rest = x.narrow(d, 2 * half, x.shape[d] - 2 * half)
        x = torch.cat([x.narrow(d, 0, half) + x.narrow(d, half, half), rest], d)
    return x


def sum_over(x, dims, keepdim=False):
    dims = as_list(x, dims)
    y = x.clone()
    for d in dims:
        y = add_up(y, d)
    if keepdim:
        return y
    shape = [n for d, n in enumerate(x.shape) if d not in dims]
    return y.reshape(shape)


def mean_over(x, dims, keepdim=False):
    total = sum_over(x, dims, keepdim)
    return total / (x.numel() / total.numel())


def normalise_rows(x):
    return x * (1 / sum_over(x, x.dim() - 1, True))


def running_sum(x, dim):
    out = [x[..., 0]]
    for i in range(1, x.shape[-1]):
        out.append(out[-1] + x[..., i])
    return torch.stack(out, -1)
