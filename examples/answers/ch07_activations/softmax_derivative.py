"""Softmax: its Jacobian, and the vector-Jacobian product that needs no Jacobian."""

import torch


def softmax_jacobian(x: torch.Tensor) -> torch.Tensor:
    p = torch.softmax(x, dim=-1)
    derivative = p * (1 - p)
    if x.dim() == 1:
        return torch.diag(derivative)
    return torch.stack([torch.diag(row) for row in derivative])


def softmax_vjp(x: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    if x.shape != v.shape:
        raise ValueError("x and v must have the same shape")
    p = torch.softmax(x, dim=-1)
    weighted = v * p
    return weighted - p * weighted.sum(dim=-1, keepdim=True)
