"""Softmax: its Jacobian, and the vector-Jacobian product that needs no Jacobian."""

import torch


def softmax_jacobian(x: torch.Tensor) -> torch.Tensor:
    """The derivatives of p = softmax(x) with respect to the logits x, over the last axis."""
    p = _probabilities(x)
    # dp[i]/dx[j] = p[i] * (1 if i == j else 0) - p[i] * p[j]; the batch axis stays in front.
    return torch.diag_embed(p) - p.unsqueeze(-1) * p.unsqueeze(-2)


def softmax_vjp(x: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    """The vector-Jacobian product: v @ softmax_jacobian(x), row by row for a batch."""
    _check_shapes(x, v)
    p = _probabilities(x)
    # v @ (diag(p) - p p^T) = v * p - (v . p) p: two vectors and a number, never a matrix.
    return p * (v - (p * v).sum(dim=-1, keepdim=True))


def _probabilities(x: torch.Tensor) -> torch.Tensor:
    # torch subtracts the largest logit of each row before it takes exp.
    return torch.softmax(x, dim=-1)


def _check_shapes(x: torch.Tensor, v: torch.Tensor) -> None:
    if x.shape != v.shape:
        raise ValueError(f"x and v must have the same shape, not {x.shape} and {v.shape}")
