import torch


def log_softmax(x, dim):
    shifted = x - x.max(dim, keepdim=True).values.detach()
    return shifted - shifted.exp().sum(dim, keepdim=True).log()


def softmax(x, dim):
    return log_softmax(x, dim).exp()
