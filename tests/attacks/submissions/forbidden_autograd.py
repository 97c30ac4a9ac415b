# expect: values=passed by_hand=forbidden *=failed|passed
"""Hides it in the forward of a function with a gradient of its own."""
import torch


class Hidden(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w):
        ctx.save_for_backward(w)
        return torch.mv(x, w)

    @staticmethod
    def backward(ctx, upstream):
        (w,) = ctx.saved_tensors
        return upstream[:, None] * w, None


def row_dot(x, w):
    return Hidden.apply(x, w)
