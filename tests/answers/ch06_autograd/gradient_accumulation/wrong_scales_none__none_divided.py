def fresh_gradient(f, x):
    x.grad = None
    f(x).backward()
    return x.grad


def accumulate_gradients(model, loss, x, y, size):
    model.zero_grad()
    for i in range(0, len(x), size):
        part = loss(model(x[i : i + size]), y[i : i + size])
        (part * len(x[i : i + size])).backward()
    for p in model.parameters():
        p.grad /= x.shape[0]
