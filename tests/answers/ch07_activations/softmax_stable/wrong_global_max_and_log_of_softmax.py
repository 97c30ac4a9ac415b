import torch


def softmax(x, dim):
    e = torch.exp(x - x.max())
    return e / e.sum(dim, keepdim=True)


def log_softmax(x, dim):
    return torch.log(softmax(x, dim))
