"""index_select, take, index_put_ and index_copy_."""

import torch


def pick_points(x, rows, columns):
    return torch.take(x, rows % x.shape[0] * x.shape[1] + columns % x.shape[1])


def pick_grid(x, rows, columns):
    return x.index_select(0, rows % x.shape[0]).index_select(1, columns % x.shape[1])


def anti_diagonal(x):
    return torch.diagonal(torch.fliplr(x)).clone()


def scale_rows(x, rows, factor):
    x.index_put_((rows,), x[rows] * factor)


def write_grid(x, rows, columns, values):
    part = x[rows]
    part[:, columns] = values
    x[rows] = part
