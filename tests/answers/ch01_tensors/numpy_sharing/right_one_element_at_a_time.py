import torch


def shared_tensor(array):
    return torch.utils.dlpack.from_dlpack(array)


def own_tensor(array):
    x = torch.from_numpy(array)
    y = torch.empty_like(x)
    y.copy_(x)
    return y


def shared_array(x):
    with torch.no_grad():
        return x.view_as(x).detach().numpy()


def own_array(x):
    with torch.no_grad():
        return (x * 1).numpy()


def shares(convert, array):
    t = convert(array)
    flat = array.reshape(-1) if array.flags.c_contiguous else None
    answer = False
    for i in range(flat.size):
        old = flat[i]
        seen = t.tolist()
        flat[i] = 12345 if old != 12345 else 54321
        answer = answer or t.tolist() != seen
        flat[i] = old
    return answer
