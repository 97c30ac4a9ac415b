"""ReLU, leaky ReLU, ELU and SELU, each with its derivative."""

import torch

SELU_SCALE = 1.0507009873554805
SELU_ALPHA = 1.6732632423543772


def relu(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """max(0, x) and its derivative, elementwise."""
    x = _as_float(x)
    return x.clamp(min=0), (x > 0).to(x.dtype)


def leaky_relu(x: torch.Tensor, slope: float = 0.01) -> tuple[torch.Tensor, torch.Tensor]:
    """x for x > 0 and slope * x for x <= 0, and the derivative; ``slope`` is any number."""
    x = _as_float(x)
    one = torch.ones_like(x)
    value = torch.where(x > 0, x, slope * x)
    return value, torch.where(x > 0, one, slope * one)


def elu(x: torch.Tensor, alpha: float = 1.0) -> tuple[torch.Tensor, torch.Tensor]:
    """x for x > 0 and alpha * (exp(x) - 1) for x <= 0, and the derivative."""
    x = _as_float(x)
    # Where x is small, exp(x) is so close to 1 that the difference loses its digits; expm1 doesn't.
    value = torch.where(x > 0, x, alpha * torch.expm1(x))
    return value, torch.where(x > 0, torch.ones_like(x), alpha * torch.exp(x))


def selu(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """SELU_SCALE times the ELU with alpha = SELU_ALPHA, and the derivative."""
    value, derivative = elu(x, SELU_ALPHA)
    return SELU_SCALE * value, SELU_SCALE * derivative


def _as_float(x: torch.Tensor) -> torch.Tensor:
    return x if x.is_floating_point() else x.to(torch.float32)
