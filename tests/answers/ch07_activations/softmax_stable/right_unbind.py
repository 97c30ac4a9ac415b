import torch


def softmax(x, dim):
    top = x.amax(dim).detach()
    parts = [torch.exp(part - top) for part in x.unbind(dim)]
    total = sum(parts)
    return torch.stack([p / total for p in parts], dim)


def log_softmax(x, dim):
    top = x.amax(dim).detach()
    total = sum(torch.exp(part - top) for part in x.unbind(dim))
    return torch.stack([part - top - torch.log(total) for part in x.unbind(dim)], dim)
