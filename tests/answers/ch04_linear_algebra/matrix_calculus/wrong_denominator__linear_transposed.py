import torch


def jacobian_shape(y_shape, x_shape):
    shape = []
    for s in (y_shape, x_shape):
        shape.extend(s)
    return tuple(shape)


def d_linear(a, x):
    return a.transpose(0, 1)


def d_linear_by_matrix(a, x):
    m, n = a.shape
    out = a.new_zeros((m, m, n))
    for i in range(m):
        for k in range(n):
            out[i, i, k] = x[k]
    return out


def d_quadratic(a, x):
    column = x.reshape(-1, 1)
    gradient = a.mm(column) + a.t().mm(column)
    return gradient.t()


def d_least_squares(a, x, b):
    column = a.mm(x.reshape(-1, 1)) - b.reshape(-1, 1)
    return (2 * a.t().mm(column)).t()


def d_layers(w1, w2, x):
    z = w1 @ x
    e = torch.exp(-2 * z.abs())
    slope = 4 * e / (1 + e) ** 2
    return (w2 * slope) @ w1


def descend(a, x, b, lr):
    new = x.clone()
    new -= lr * 2 * a.t() @ (a @ x - b)
    return new
