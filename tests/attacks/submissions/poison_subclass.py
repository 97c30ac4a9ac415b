# exercise: gate
# expect: *=value
"""A tensor subclass that lies about whatever it is asked."""
import torch


class Liar(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        return True


def double(x):
    return torch.zeros(len(x)).as_subclass(Liar)
