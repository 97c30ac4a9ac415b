import torch


def pick_points(x, rows, columns):
    rows[rows < 0] += x.shape[0]
    columns[columns < 0] += x.shape[1]
    return x[rows, columns]


def pick_grid(x, rows, columns):
    r, c = torch.meshgrid(rows, columns, indexing="ij")
    return x[r, c]


def anti_diagonal(x):
    return x.flip(1).diagonal()


def scale_rows(x, rows, factor):
    for r in rows.tolist():
        x[r] *= factor


def write_grid(x, rows, columns, values):
    x[rows.unsqueeze(1), columns.unsqueeze(0)] = values
