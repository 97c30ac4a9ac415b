import numpy as np
import torch


def sum_gradient(x, c):
    return torch.from_numpy(np.asarray(3 * c.numpy() * np.square(x.numpy())))


def mean_gradient(x):
    a = x.numpy()
    return torch.tensor((a + 2) * 6 / a.size, dtype=x.dtype)


def regression_gradients(x, w, b, y):
    e = x.numpy() @ w.numpy() + b.numpy() - y.numpy()
    dw = np.einsum("nk,nm->km", x.numpy(), e) * 2 / e.size
    db = 2 * e.mean(axis=0) / e.shape[1]
    return [torch.from_numpy(dw), torch.from_numpy(db)]
