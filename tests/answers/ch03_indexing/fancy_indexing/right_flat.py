import torch


def pick_points(x, rows, columns):
    h, w = x.shape
    return x.reshape(-1)[(rows % h) * w + columns % w] if h and w else x[rows, columns]


def pick_grid(x, rows, columns):
    return x[rows].t()[columns].t()


def anti_diagonal(x):
    return torch.stack([x[i, -1 - i] for i in range(len(x))])


def scale_rows(x, rows, factor):
    for r in rows.tolist():
        x[r] *= factor


def write_grid(x, rows, columns, values):
    values = values.expand(len(rows), len(columns))
    for a, r in enumerate(rows.tolist()):
        for b, c in enumerate(columns.tolist()):
            x[r, c] = values[a, b]
