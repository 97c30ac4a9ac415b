# size: 64
# expect: honest
"""As the model answer does it, with little to do."""
import torch


def settle(x, w):
    for _ in range(8):
        x = torch.tanh(x @ w)
    return x.mean(0)
