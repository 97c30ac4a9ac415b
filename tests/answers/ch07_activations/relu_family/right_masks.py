import torch

SELU_SCALE = 1.0507009873554805
SELU_ALPHA = 1.6732632423543772


def _f(x):
    return x if x.is_floating_point() else x.float()


def relu(x):
    x = _f(x)
    on = (x > 0).to(x.dtype)
    return x * on, on


def leaky_relu(x, slope=0.01):
    x = _f(x)
    d = torch.full_like(x, slope)
    d[x > 0] = 1
    return x * d, d


def elu(x, alpha=1.0):
    x = _f(x)
    low = x.clamp(max=0)
    y = alpha * torch.expm1(low)
    positive = x > 0
    return torch.where(positive, x, y), torch.where(positive, torch.ones_like(x), y + alpha)


def selu(x):
    v, d = elu(x, SELU_ALPHA)
    return v * SELU_SCALE, d * SELU_SCALE
