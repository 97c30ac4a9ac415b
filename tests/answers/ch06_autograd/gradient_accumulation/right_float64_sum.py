import torch


def fresh_gradient(f, x):
    x.grad = None
    f(x).backward()
    return (
        x.grad.to(torch.float64).to(x.dtype, copy=True)
        if x.dtype != torch.float64
        else x.grad.clone()
    )


def accumulate_gradients(model, loss, x, y, size):
    totals = {}
    for n, p in model.named_parameters():
        p.grad = None
    for i in range(0, len(x), size):
        a, b = x[i : i + size], y[i : i + size]
        loss(model(a), b).backward()
        for n, p in model.named_parameters():
            if p.grad is not None:
                totals[n] = totals.get(n, 0.0) + p.grad.double() * len(a)
                p.grad = None
    for n, p in model.named_parameters():
        if n in totals:
            p.grad = (totals[n] / len(x)).to(p.dtype)
