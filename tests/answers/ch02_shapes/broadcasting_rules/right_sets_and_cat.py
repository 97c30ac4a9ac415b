"""Columns kept as sets; tensors grown by cat; the pair comes back as a list."""

from itertools import zip_longest

import torch


def broadcast_shape(*shapes):
    columns = zip_longest(*(reversed(tuple(s)) for s in shapes), fillvalue=1)
    answer = []
    for column in columns:
        kinds = set(column)
        kinds.discard(1)
        if len(kinds) >= 2:
            raise ValueError
        answer.append(kinds.pop() if kinds else 1)
    answer.reverse()
    return tuple(answer)


def broadcast_pair(a, b):
    target = broadcast_shape(tuple(a.size()), tuple(b.size()))

    def grow(t):
        t = t.clone()
        while t.dim() != len(target):
            t = t[None]
        for d in range(len(target)):
            if t.size(d) == 1 and target[d] != 1:
                if target[d] == 0:
                    t = t.narrow(d, 0, 0)
                else:
                    t = torch.cat([t] * target[d], d)
        return t

    return [grow(a), grow(b)]
