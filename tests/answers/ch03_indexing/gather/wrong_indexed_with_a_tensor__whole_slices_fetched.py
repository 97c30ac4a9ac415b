"""x[index], and the axis moved out of the way first where dim is not 0."""


def gather(x, dim, index):
    moved = x.movedim(dim, 0)[index]
    return moved.movedim(
        tuple(range(index.dim())), tuple(dim % x.dim() + k for k in range(index.dim()))
    )


def look_up_labels(labels, index):
    return labels[index]


def pick(p, y):
    return p[range(len(y)), y]
