import torch


def in_order(line):
    """The numbers of a vector in ascending order, by counting."""
    smaller = (line[None] < line[:, None]).sum(1)
    earlier = torch.tril((line[None] == line[:, None]).long(), -1).sum(1)
    out = line.clone()
    out[smaller + earlier] = line
    return out


def median(x, dim):
    moved = x.movedim(dim, 0)
    n = moved.shape[0]
    flat = moved.reshape(n, -1)
    out = [in_order(flat[:, j])[(n - 1) // 2] for j in range(flat.shape[1])]
    return torch.stack(out).reshape(moved.shape[1:])


def quantile(x, q):
    if len(q) and (q.min() < 0 or q.max() > 1):
        raise ValueError("q")
    return in_order(x)[(q * (len(x) - 1)).long()]


def with_mean_and_median(n, mean, median):
    outlier = n * mean - (n - 1) * median
    x = [float(median) for _ in range(n - 1)]
    return torch.tensor([outlier] + x)
