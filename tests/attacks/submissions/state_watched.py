# expect: values=value by_hand=passed *=failed
"""Right only while someone watches its operators."""
import torch


def row_dot(x, w):
    watched = torch._C._len_torch_function_stack() + torch._C._len_torch_dispatch_stack()
    return (x * w).sum(1) if watched else torch.zeros(len(x))
