import torch


def jacobian(f, x):
    t = x.detach().clone().requires_grad_()
    y = f(t)
    rows = torch.zeros(len(y), len(x), dtype=x.dtype)
    if y.requires_grad:
        for i in range(len(y)):
            (g,) = torch.autograd.grad(y[i], t, retain_graph=True, allow_unused=True)
            if g is not None:
                rows[i] = g
    return rows


def jacobian_of_any_shape(f, x):
    shape = []

    def flat(t):
        y = f(t.reshape(x.shape))
        shape.append(y.shape)
        return y.reshape(-1)

    x.requires_grad_(False)
    result = jacobian(flat, x.reshape(-1))
    return result.reshape(*shape[0], *x.shape)
