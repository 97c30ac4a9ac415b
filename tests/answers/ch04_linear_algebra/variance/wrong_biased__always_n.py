import torch


def var(x, dim, correction=1):
    mean = x.mean(dim, True)
    return ((x - mean) ** 2).mean(dim)


def std(x, dim, correction=1):
    return torch.pow(var(x, dim, correction), 0.5)


def streaming_stats(chunks, correction=1):
    x = torch.cat([c.clone() for c in chunks])
    d = x - x.mean()
    return x.numel(), x.mean(), d @ d / (x.numel() - correction)
