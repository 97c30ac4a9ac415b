def fresh_gradient(f, x):
    old, x.grad = x.grad, None
    value = f(x)
    value.backward()
    del old
    return x.grad + 0


def accumulate_gradients(model, loss, x, y, size):
    model.zero_grad(set_to_none=False)
    for p in model.parameters():
        if p.grad is not None:
            p.grad = p.grad * 0
    start = 0
    while start < x.size(0):
        end = min(start + size, x.size(0))
        sum_of_losses = loss(model.forward(x[start:end]), y[start:end]) * (end - start)
        sum_of_losses.backward()
        start = end
    for p in model.parameters():
        if p.grad is not None:
            p.grad.div_(x.size(0))
