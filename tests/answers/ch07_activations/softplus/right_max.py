import torch


def softplus(x, beta=1.0):
    z = beta * x
    return (torch.maximum(z, torch.zeros_like(z)) + torch.log1p(torch.exp(-z.abs()))) / beta


def softplus_derivative(x, beta=1.0):
    return (beta * x).sigmoid()


def inverse_softplus(y):
    return y + torch.log(-torch.expm1(-y))
