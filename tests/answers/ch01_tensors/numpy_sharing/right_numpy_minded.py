import numpy as np
import torch


def shared_tensor(array):
    return torch.asarray(array)


def own_tensor(array):
    return torch.from_numpy(np.array(array, copy=True))


def shared_array(x):
    return np.asarray(x.detach())


def own_array(x):
    return np.array(x.tolist(), dtype=x.detach().numpy().dtype).reshape(tuple(x.shape))


def shares(convert, array):
    t = convert(array)
    return np.shares_memory(t.detach().numpy(), array)
