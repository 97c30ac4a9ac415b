import numpy as np
import torch


def shared_tensor(array):
    return torch.from_numpy(array)


def own_tensor(array):
    return torch.tensor(array)


def shared_array(x):
    return np.asarray(x.detach())


def own_array(x):
    return np.asarray(x.detach() + 0) if x.dtype != torch.bool else x.detach().clone().numpy()


def shares(convert, array):
    place = convert(array).untyped_storage().data_ptr()
    return place == array.__array_interface__["data"][0]
