# expect: values=passed by_hand=forbidden *=failed|passed
"""Takes the Python mode off the stack; the dispatcher's stays."""
import torch


def row_dot(x, w):
    mode = torch._C._pop_torch_function_stack() if torch._C._len_torch_function_stack() else None
    try:
        return x @ w
    finally:
        if mode is not None:
            torch._C._push_on_torch_function_stack(mode)
