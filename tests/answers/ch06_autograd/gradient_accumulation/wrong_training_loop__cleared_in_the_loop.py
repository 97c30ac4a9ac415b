import torch


def fresh_gradient(f, x):
    x.grad = None
    f(x).backward()
    return x.grad


def accumulate_gradients(model, loss, x, y, size):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    for xb, yb in zip(x.split(size), y.split(size)):
        optimizer.zero_grad()
        batch_loss = loss(model(xb), yb)
        batch_loss.backward()
        optimizer.step()
