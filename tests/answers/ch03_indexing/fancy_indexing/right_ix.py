import torch


def pick_points(x, rows, columns):
    return x[rows, columns]


def pick_grid(x, rows, columns):
    return x.index_select(0, rows % max(1, x.shape[0])).index_select(
        1, columns % max(1, x.shape[1])
    )


def anti_diagonal(x):
    return x.flip(1).diagonal().clone()


def scale_rows(x, rows, factor):
    x[rows, :] = x[rows, :] * factor


def write_grid(x, rows, columns, values):
    r, c = torch.meshgrid(rows, columns, indexing="ij")
    x.index_put_((r, c), values)
