import torch


def median(x, dim):
    s = torch.sort(x, dim)[0]
    n = x.size(dim)
    if n % 2 == 1:
        return s.select(dim, n // 2)
    return s.narrow(dim, n // 2 - 1, 2).double().mean(dim)


def quantile(x, q):
    if not bool(torch.all((0 <= q) & (q <= 1))):
        raise ValueError("not a fraction")
    x, _ = torch.sort(x)
    where = q * (x.numel() - 1)
    lo = torch.floor(where).to(torch.int64)
    hi = torch.clamp(lo + 1, max=x.numel() - 1)
    return torch.lerp(x[lo], x[hi], where - lo)


def with_mean_and_median(n, mean, median):
    x = torch.zeros(n, dtype=torch.float64) + median
    x[0] = median + (mean - median) * n
    return x
