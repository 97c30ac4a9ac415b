import torch


def shared_tensor(array):
    return torch.as_tensor(array)


def own_tensor(array):
    return torch.from_numpy(array.copy())


def shared_array(x):
    return x.detach().numpy()


def own_array(x):
    return x.detach().numpy().copy()


def shares(convert, array):
    x = convert(array).detach()
    seen = x.clone()
    array += 1
    changed = not torch.equal(x, seen)
    array -= 1
    return changed
