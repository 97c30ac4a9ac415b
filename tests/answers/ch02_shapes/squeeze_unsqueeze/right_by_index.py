"""Indexing with None and with 0."""


def unsqueeze(x, dim):
    places = list(range(x.ndim + 1))
    before = places[dim]
    return x[tuple([slice(None)] * before + [None])]


def squeeze(x, dim):
    if x.shape[dim] != 1:
        return x
    index = [slice(None)] * x.ndim
    index[dim] = 0
    return x[tuple(index)]


def squeeze_examples(batch):
    index = [0 if i > 0 and n == 1 else slice(None) for i, n in enumerate(batch.shape)]
    return batch[tuple(index)]
