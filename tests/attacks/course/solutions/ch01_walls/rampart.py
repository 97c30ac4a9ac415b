import torch


def row_dot(x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    return (x * w).sum(1)


def raise_by(x: torch.Tensor, amount: torch.Tensor) -> None:
    x += amount


def root(x: torch.Tensor) -> torch.Tensor:
    if bool((x < 0).any()):
        raise ValueError("an entry is negative")
    return x.sqrt()
