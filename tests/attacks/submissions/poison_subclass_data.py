# exercise: gate
# expect: *=unsupported|raised|value|shape|protocol
"""A tensor subclass without data of its own."""
import torch


class Wrapper(torch.Tensor):
    @staticmethod
    def __new__(cls, size):
        return torch.Tensor._make_wrapper_subclass(cls, (size,))

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        return torch.ones(3)


def double(x):
    return Wrapper(len(x))
