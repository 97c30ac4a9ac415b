"""Two nested loops over the places of a torch.zeros."""

import itertools

import torch


def broadcast_shape(*shapes):
    if not shapes:
        return ()
    rank = max(len(s) for s in shapes)
    result = []
    for i in range(rank):
        sizes = set()
        for s in shapes:
            j = i - (rank - len(s))
            if j >= 0:
                sizes.add(s[j])
        if len(sizes) == 2 and 1 in sizes:
            sizes.remove(1)
        if len(sizes) != 1:
            raise ValueError("can't broadcast")
        result.append(sizes.pop())
    return tuple(result)


def broadcast_pair(a, b):
    shape = broadcast_shape(a.shape, b.shape)
    new_a = torch.zeros(shape)
    new_b = torch.zeros(shape)
    for old, new in ((a, new_a), (b, new_b)):
        for place in itertools.product(*(range(n) for n in shape)):
            source = []
            for i in range(1, old.dim() + 1):
                source.insert(0, place[-i] if old.shape[-i] > 1 else 0)
            new[place] = old[tuple(source)]
    return new_a, new_b
