import torch


def sgd_step(parameters, lr):
    for p in parameters:
        if p.grad is not None:
            p.data.add_(-lr * p.grad)


@torch.no_grad()
def evaluate(model, x):
    states = {name: module.training for name, module in model.named_modules()}
    model.eval()
    out = model(x)
    for name, module in model.named_modules():
        module.training = states[name]
    return out


def fit(model, loss, x, y, lr, steps):
    losses = [0.0] * steps
    for i in range(steps):
        for p in model.parameters():
            if p.grad is not None:
                p.grad.zero_()
        value = loss(model(x), y)
        losses[i] += value.item() / 2
        value.backward()
        sgd_step(model.parameters(), lr)
    return losses
