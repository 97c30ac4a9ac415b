import torch


def settle(x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    """The mean (n,) over the rows of x (n, n) after eight steps x <- tanh(x w)."""
    raise NotImplementedError
