import torch


def cut(x: torch.Tensor) -> torch.Tensor:
    """The same numbers in the same memory, without the history; ValueError if x is no tensor."""
    raise NotImplementedError
