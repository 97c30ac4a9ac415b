"""Softmax and log softmax that survive logits of 10000 and masks of minus infinity."""

import torch


def softmax(x: torch.Tensor, dim: int) -> torch.Tensor:
    """exp(x) divided by its sum along the axis ``dim``; shape and dtype of ``x``."""
    # A number taken off every logit of a line cancels. With the largest, nothing overflows, and
    # the sum is at least 1.
    e = torch.exp(x - x.amax(dim=dim, keepdim=True))
    return e / e.sum(dim=dim, keepdim=True)


def log_softmax(x: torch.Tensor, dim: int) -> torch.Tensor:
    """The logarithm of softmax(x, dim), also where softmax itself rounds to 0."""
    shifted = x - x.amax(dim=dim, keepdim=True)
    return shifted - torch.log(torch.exp(shifted).sum(dim=dim, keepdim=True))
