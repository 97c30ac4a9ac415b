import torch


def index_select(x, dim, index):
    if ((index < 0) | (index >= x.shape[dim])).any():
        raise IndexError
    return x.transpose(0, dim)[index].transpose(0, dim)


def take(x, index):
    n = x.numel()
    if ((index < -n) | (index >= n)).any():
        raise IndexError
    if n == 0:
        return x.new_empty(index.shape)
    return x.contiguous().view(-1)[index % n]


def embed(table, words):
    flat = words.flatten()
    return (
        torch.stack([table[w] for w in flat]).view(words.shape + (-1,))
        if len(flat)
        else table.new_empty(words.shape + table.shape[1:])
    )
