import torch


def index_select(x, dim, index):
    n = x.shape[dim]
    if any(i < 0 or i >= n for i in index.tolist()):
        raise IndexError("position")
    if len(index) == 0:
        return x.narrow(dim, 0, 0).clone()
    return torch.cat([x.narrow(dim, i, 1) for i in index.tolist()], dim)


def take(x, index):
    n = x.numel()
    flat = x.reshape(-1)
    out = x.new_empty(index.shape)
    for place, i in zip(range(index.numel()), index.reshape(-1).tolist()):
        if not -n <= i < n:
            raise IndexError("position")
        out.view(-1)[place] = flat[i]
    return out


def embed(table, words):
    return table[words.reshape(-1)].reshape(*words.shape, table.shape[1])
