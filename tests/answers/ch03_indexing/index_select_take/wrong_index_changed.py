def index_select(x, dim, index):
    n = x.shape[dim]
    if any(i < 0 or i >= n for i in index.tolist()):
        raise IndexError("out of range")
    return x.movedim(dim, 0)[index].movedim(0, dim)


def take(x, index):
    index[index < 0] += x.numel()
    if ((index < 0) | (index >= x.numel())).any():
        raise IndexError("out of range")
    return x.reshape(-1)[index]


def embed(table, words):
    return table[words]
