import torch


def shuffled(x, y, generator):
    n = x.size(0)
    k = int(torch.randint(n, (1,), generator=generator)) if n else 0
    return x.roll(k, 0), y.roll(k, 0)


def split(x, y, held_out, generator):
    n = x.size(0)
    a, b = torch.randperm(n, generator=generator).split([n - held_out, held_out])
    return (x[a], y[a]), (x[b], y[b])


def restored(z, order):
    _, back = torch.sort(order)
    return torch.index_select(z, 0, back)
