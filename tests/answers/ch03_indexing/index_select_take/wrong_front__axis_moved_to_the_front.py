import torch


def index_select(x, dim, index):
    if bool((index < 0).any()) or bool((index >= x.shape[dim]).any()):
        raise IndexError
    parts = [x.select(dim, int(i)) for i in index]
    if not parts:
        size = list(x.shape)
        del size[dim]
        return x.new_empty(0, *size)
    return torch.stack(parts)


def take(x, index):
    if bool((index < -x.numel()).any()) or bool((index >= x.numel()).any()):
        raise IndexError
    return x.flatten()[index]


def embed(table, words):
    return table[words, :]
