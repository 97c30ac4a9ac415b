"""Everything with loops over Python lists."""

import torch


def pick_points(x, rows, columns):
    if rows.dim() == 0:
        return x[int(rows)][int(columns)].clone()
    parts = [pick_points(x, r, c) for r, c in zip(rows, columns)]
    return torch.stack(parts) if parts else torch.empty(rows.shape, dtype=x.dtype)


def pick_grid(x, rows, columns):
    out = torch.empty(len(rows), len(columns), dtype=x.dtype)
    for a, r in enumerate(rows.tolist()):
        for b, c in enumerate(columns.tolist()):
            out[a, b] = x[r, c]
    return out


def anti_diagonal(x):
    n = x.shape[0]
    return torch.stack([x[i, n - i - 1] for i in range(n)])


def scale_rows(x, rows, factor):
    for r in rows.tolist():
        x[r, :] = x[r, :] * factor


def write_grid(x, rows, columns, values):
    for a, r in enumerate(rows.tolist()):
        for b, c in enumerate(columns.tolist()):
            x[r, c] = values[a, b] if values.dim() else values
