"""gather always refuses; the rest is back to front."""


def gather(x, dim, index):
    raise ValueError("index is larger than x")


def look_up_labels(labels, index):
    return labels[index].flip(0) if index.dim() else labels[index] + 1


def pick(p, y):
    return p[range(len(y)), y].flip(0) + 1
