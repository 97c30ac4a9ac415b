import torch


def cut(x: torch.Tensor) -> torch.Tensor:
    if not isinstance(x, torch.Tensor):
        raise ValueError("not a tensor")
    return x.detach()
