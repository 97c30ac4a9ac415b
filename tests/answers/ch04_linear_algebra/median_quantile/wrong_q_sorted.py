import torch


def median(x, dim):
    n = x.shape[dim]
    return x.kthvalue((n + 1) // 2, dim=dim).values


def quantile(x, q):
    if ((q < 0) | (q > 1)).any():
        raise ValueError("q must lie in [0, 1]")
    s, _ = torch.sort(x)
    place = q.sort().values * (len(s) - 1)
    lo = place.floor().long()
    hi = place.ceil().long()
    return torch.lerp(s[lo], s[hi], place - lo)


def with_mean_and_median(n, mean, median):
    x = torch.full((n,), float(median), dtype=torch.float64)
    x[-1] += n * (mean - median)
    if mean < median:
        x[0], x[-1] = x[-1].clone(), x[0].clone()
    return x
