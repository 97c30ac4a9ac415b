def fresh_gradient(f, x):
    x.grad = None
    f(x).backward()
    return x.grad


def accumulate_gradients(model, loss, x, y, size):
    for p in model.parameters():
        p.grad = None
    start = 0
    while start < len(x):
        batch_loss = loss(model(x[start : start + size]), y[start : start + size])
        batch_loss.backward()
        start += size
