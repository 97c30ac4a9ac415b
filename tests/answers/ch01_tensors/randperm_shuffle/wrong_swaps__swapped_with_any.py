import torch


def shuffled(x, y, generator):
    n = len(x)
    order = torch.arange(n)
    for i in range(n):
        j = int(torch.randint(0, n, (), generator=generator))
        order[[i, j]] = order[[j, i]]
    return x[order], y[order]


def split(x, y, held_out, generator):
    x, y = shuffled(x, y, generator)
    n = x.shape[0] - held_out
    return (x[:n], y[:n]), (x[n:], y[n:])


def restored(z, order):
    return z[torch.argsort(order)]
