import torch


def cut(x: torch.Tensor) -> torch.Tensor:
    return x.detach()
