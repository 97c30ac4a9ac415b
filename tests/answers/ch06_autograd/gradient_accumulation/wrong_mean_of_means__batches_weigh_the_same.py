def fresh_gradient(f, x):
    x.grad = None
    f(x).backward()
    return x.grad


def accumulate_gradients(model, loss, x, y, size):
    steps = (len(x) + size - 1) // size
    model.zero_grad()
    for i in range(steps):
        xb = x[i * size : (i + 1) * size]
        yb = y[i * size : (i + 1) * size]
        part = loss(model(xb), yb) / steps
        part.backward()
