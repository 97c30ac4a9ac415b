import torch


def fresh_gradient(f, x):
    x.grad = None
    f(x).backward()
    return x.grad


def accumulate_gradients(model, loss, x, y, size):
    parameters = list(model.parameters())
    for xb, yb in zip(torch.split(x, size), torch.split(y, size)):
        share = len(xb) / len(x)
        grads = torch.autograd.grad(loss(model(xb), yb), parameters, allow_unused=True)
        for p, g in zip(parameters, grads):
            p.grad = None if g is None else share * g
