def fresh_gradient(f, x):
    x.grad = None
    (-f(x)).backward()
    return x.grad


def accumulate_gradients(model, loss, x, y, size):
    model.zero_grad()
    for start in range(0, len(x), size):
        xb, yb = x[start : start + size], y[start : start + size]
        (loss(model(xb), yb) * (len(xb) / len(x))).backward()
