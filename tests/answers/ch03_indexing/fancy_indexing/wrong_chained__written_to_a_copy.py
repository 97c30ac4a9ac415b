def pick_points(x, rows, columns):
    return x[rows, columns]


def pick_grid(x, rows, columns):
    return x[rows][:, columns]


def anti_diagonal(x):
    return x.flip(-1).diag()


def scale_rows(x, rows, factor):
    x[rows] = x[rows] * factor


def write_grid(x, rows, columns, values):
    block = x[rows]
    block[:, columns] = values
