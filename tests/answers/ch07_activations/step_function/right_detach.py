import torch


def step(x):
    return x.ge(0).type_as(x)


def flat_interval(z):
    inf = z.new_tensor([float("inf")])
    low = torch.cat([-z[z >= 0], -inf]).max()
    high = torch.cat([-z[z < 0], inf]).min()
    return low, high


def straight_through(x, width=1.0):
    line = x.clamp(-width, width)
    return line + (step(x) - line).detach()


def fit_step_unit(x, y, w, b, lr, steps):
    w = w.detach().clone().requires_grad_()
    b = b.detach().clone().requires_grad_()
    for _ in range(steps):
        loss = torch.nn.functional.mse_loss(straight_through(x @ w + b), y)
        gradients = torch.autograd.grad(loss, (w, b))
        with torch.no_grad():
            for parameter, gradient in zip((w, b), gradients, strict=True):
                parameter.sub_(gradient, alpha=lr)
    return w.detach(), b.detach()
