import torch


def jacobian(f, x):
    t = x.detach().clone().requires_grad_()
    y = f(t)
    rows = torch.zeros(len(y), len(x), dtype=x.dtype)
    out = []
    if y.requires_grad:
        for i in range(len(y)):
            y[i].backward(retain_graph=True)
            out.append(t.grad)
            t.grad.zero_() if i < len(y) - 1 else None
        rows = torch.stack(out) if out else rows
    return rows


def jacobian_of_any_shape(f, x):
    shape = []

    def flat(t):
        y = f(t.reshape(x.shape))
        shape.append(y.shape)
        return y.reshape(-1)

    result = jacobian(flat, x.detach().reshape(-1))
    return result.reshape(*shape[0], *x.shape)
