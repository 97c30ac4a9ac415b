def fresh_gradient(f, x):
    x.grad = None
    f(x).backward()
    return x.grad


def accumulate_gradients(model, loss, x, y, size):
    model.zero_grad()
    share = min(size / len(x), 1)
    for start in range(0, len(x), size):
        value = loss(model(x[start : start + size]), y[start : start + size])
        (value * share).backward()
