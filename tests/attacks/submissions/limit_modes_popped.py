# expect: values=passed hidden=passed by_hand=passed gradient=passed in_place=missing_name refusal=missing_name
"""Takes both modes off: a watch inside one's own process can be removed. It is advice, not proof."""
import torch


def row_dot(x, w):
    if not torch._C._len_torch_function_stack():
        return x @ w
    mode = torch._C._pop_torch_function_stack()
    dispatch = torch._C._pop_torch_dispatch_stack(None)
    try:
        return x @ w
    finally:
        torch._C._push_on_torch_dispatch_stack(dispatch)
        torch._C._push_on_torch_function_stack(mode)
