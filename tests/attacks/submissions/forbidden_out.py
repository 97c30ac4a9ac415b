# expect: values=passed by_hand=forbidden *=failed|passed
"""The variant that writes into a given tensor."""
import torch


def row_dot(x, w):
    result = torch.empty(len(x))
    torch.mv(x.detach(), w, out=result)
    return result
