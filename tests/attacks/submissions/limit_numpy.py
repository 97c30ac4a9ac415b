# expect: values=passed by_hand=passed *=failed|passed
"""Uses another library. The watch sees torch's operators only."""
import torch


def row_dot(x, w):
    return torch.from_numpy(x.detach().numpy() @ w.detach().numpy())
