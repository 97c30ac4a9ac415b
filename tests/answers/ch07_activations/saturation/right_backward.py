import torch


def gradient_norms(weights, activation, x, v):
    copies = [w.detach().clone().requires_grad_() for w in weights]
    h = x.detach()
    for w in copies:
        h = activation(torch.nn.functional.linear(h, w))
    h.backward(v)
    return torch.stack([w.grad.norm() for w in copies])


def saturated_fraction(z, threshold):
    z = z.double()
    s = torch.sigmoid(-z.abs())
    slope = s * (1 - s)
    return (slope < threshold).double().mean()


def dead_units(weight, bias, x):
    return ~((x @ weight.T + bias) > 0).any(0)
