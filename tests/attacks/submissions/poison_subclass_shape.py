# exercise: gate
# expect: *=protocol|raised|shape|unsupported|value
"""A tensor subclass that lies about its shape and element size."""
import torch


class Liar(torch.Tensor):
    shape = property(lambda self: (10**6, 3))
    is_leaf = requires_grad = property(lambda self: 7)

    def element_size(self):
        return 0

    def stride(self):
        return (1, -1)


def double(x):
    return torch.zeros(len(x)).as_subclass(Liar)
