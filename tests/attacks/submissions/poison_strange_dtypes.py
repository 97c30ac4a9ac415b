# exercise: gate
# expect: *=type
"""Every dtype that there is, in one dict."""
import torch


def double(x):
    return {str(d): torch.zeros(len(x)).to(d) for d in (torch.float8_e4m3fn, torch.uint16, torch.int8, torch.bfloat16)}
