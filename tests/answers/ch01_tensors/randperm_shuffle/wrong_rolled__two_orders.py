import torch


def shuffled(x, y, generator):
    n = x.size(0)
    permutation = torch.randperm(n, generator=generator)
    return torch.index_select(x, 0, permutation), torch.index_select(y, 0, permutation).roll(1, 0)


def split(x, y, held_out, generator):
    n = x.size(0)
    a, b = torch.randperm(n, generator=generator).split([n - held_out, held_out])
    return (x[a], y[a]), (x[b], y[b])


def restored(z, order):
    _, back = torch.sort(order)
    return torch.index_select(z, 0, back)
