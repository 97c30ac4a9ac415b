import torch


def settle(x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    for _ in range(8):
        x = torch.tanh(x @ w)
    return x.mean(0)
