def fresh_gradient(f, x):
    value = f(x)
    value.backward()
    result = x.grad.clone()
    x.grad = None  # ready for the next one
    return result


def accumulate_gradients(model, loss, x, y, size):
    model.zero_grad()
    for start in range(0, len(x), size):
        xb, yb = x[start : start + size], y[start : start + size]
        (loss(model(xb), yb) * (len(xb) / len(x))).backward()
