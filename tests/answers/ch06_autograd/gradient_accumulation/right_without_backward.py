import torch


def fresh_gradient(f, x):
    gradient = torch.autograd.grad(f(x), x)[0]
    x.grad = gradient.clone()
    return gradient


def accumulate_gradients(model, loss, x, y, size):
    for p in model.parameters():
        p.grad = torch.zeros_like(p)
    for i in range(0, len(x), size):
        rows = torch.arange(i, min(i + size, len(x)))
        value = loss(model(x[rows]), y[rows])
        found = torch.autograd.grad(value, list(model.parameters()), allow_unused=True)
        for p, gradient in zip(model.parameters(), found):
            if gradient is not None:
                p.grad += gradient * (len(rows) / len(x))
