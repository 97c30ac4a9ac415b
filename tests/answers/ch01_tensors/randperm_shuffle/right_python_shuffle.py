import random

import torch


def shuffled(x, y, generator):
    r = random.Random(torch.randint(2**60, (), generator=generator).item())
    order = list(range(len(x)))
    r.shuffle(order)
    order = torch.tensor(order, dtype=torch.long)
    return x[order], y[order]


def split(x, y, held_out, generator):
    a, b = shuffled(x, y, generator)
    return (a[held_out:], b[held_out:]), (a[:held_out], b[:held_out])


def restored(z, order):
    inverse = [0] * len(order)
    for i, o in enumerate(order):
        inverse[int(o)] = i
    return z[torch.tensor(inverse, dtype=torch.int64)]
