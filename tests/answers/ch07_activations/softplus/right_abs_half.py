"""max(z, 0) as (z + |z|) / 2; the inverse in double precision."""

import torch


def softplus(x, beta=1.0):
    z = beta * x
    a = torch.abs(z)
    return ((z + a) / 2 + torch.log1p(torch.exp(-a))) / beta


def softplus_derivative(x, beta=1.0):
    return torch.sigmoid(beta * x)


def inverse_softplus(y):
    out = y.clone().double()
    out += torch.log(-torch.expm1(-out))
    return out.to(y.dtype)
