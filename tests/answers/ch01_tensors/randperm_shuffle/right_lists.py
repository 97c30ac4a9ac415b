import torch


def order_of(n, g):
    if n == 0:
        return torch.zeros(0, dtype=torch.long)
    return torch.multinomial(torch.ones(n), n, generator=g)


def shuffled(x, y, generator):
    p = order_of(x.shape[0], generator)
    rows = p.tolist()
    if not rows:
        return x.clone(), y.clone()
    return torch.stack([x[i] for i in rows]), torch.stack([y[i] for i in rows])


def split(x, y, held_out, generator):
    p = order_of(x.shape[0], generator)
    out, train = p[:held_out], p[held_out:]
    return (x[train], y[train]), (x[out], y[out])


def restored(z, order):
    inverse = torch.empty_like(order)
    inverse[order] = torch.arange(len(order))
    return z[inverse]
