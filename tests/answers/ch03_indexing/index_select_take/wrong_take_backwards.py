import torch


def index_select(x, dim, index):
    if bool((index < 0).any()) or bool((index >= x.shape[dim]).any()):
        raise IndexError
    return x.movedim(dim, 0)[index].movedim(0, dim)


def take(x, index):
    if bool((index < -x.numel()).any()) or bool((index >= x.numel()).any()):
        raise IndexError
    return x.flatten().flip(0)[index]


def embed(table, words):
    return table[words, :]
