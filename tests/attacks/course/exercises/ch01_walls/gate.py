import torch


def double(x: torch.Tensor) -> torch.Tensor:
    """Twice x."""
    raise NotImplementedError
