import torch


def sgd_step(parameters, lr):
    before = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    for p in list(parameters):
        p.copy_(p - (torch.zeros_like(p) if p.grad is None else p.grad) * lr)
    torch.set_grad_enabled(before)


def evaluate(model, x):
    on = [module for module in model.modules() if module.training]
    try:
        model.train(False)
        with torch.set_grad_enabled(False):
            return model(x)
    finally:
        for module in on:
            module.training = True


def fit(model, loss, x, y, lr, steps):
    history = []
    while len(history) < steps:
        for p in model.parameters():
            p.grad = None
        error = loss(model(x), y)
        error.backward()
        history.append(error.detach().tolist())
        sgd_step(model.parameters(), lr)
    return history
