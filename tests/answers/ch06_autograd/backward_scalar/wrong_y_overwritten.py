def sum_gradient(x, c):
    return 3 * c * x**2


def mean_gradient(x):
    return 6 * (x + 2) / x.numel()


def regression_gradients(x, w, b, y):
    g = y.neg_().add_(x @ w + b).mul_(2 / y.numel())
    return x.T @ g, g.sum(0)
