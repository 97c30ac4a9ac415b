import torch


def index_select(x, dim, index):
    if dim < 0:
        dim += x.dim()
    for i in index:
        if not 0 <= i < x.shape[dim]:
            raise IndexError(int(i))
    if dim == 0:
        return x[index]
    return index_select(x.transpose(dim, dim - 1), dim - 1, index).transpose(dim, dim - 1)


def take(x, index):
    flat = x.contiguous().view(-1)
    for i in index.flatten():
        if not -len(flat) <= i < len(flat):
            raise IndexError(int(i))
    return flat[index]


def embed(table, words):
    if words.dim() == 0:
        return table[int(words)]
    parts = [embed(table, w) for w in words]
    if parts:
        return torch.stack(parts)
    return table.new_empty(*words.shape, table.shape[1])
