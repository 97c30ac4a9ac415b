import torch


def softplus(x, beta=1.0):
    z = x * beta
    big = z > 0
    low = torch.where(big, torch.zeros_like(z), z)
    high = torch.where(big, z, torch.zeros_like(z))
    return (
        torch.where(big, high + torch.log1p(torch.exp(-high)), torch.log1p(torch.exp(low))) / beta
    )


def softplus_derivative(x, beta=1.0):
    e = torch.exp(-(beta * x).abs())
    return torch.where(x >= 0, 1 / (1 + e), e / (1 + e))


def inverse_softplus(y):
    small = y < 1
    a = torch.where(small, y, torch.ones_like(y))
    b = torch.where(small, torch.ones_like(y), y)
    return torch.where(small, torch.log(torch.expm1(a)), b + torch.log1p(-torch.exp(-b)))
