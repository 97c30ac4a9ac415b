import torch


def choose(condition, a, b):
    shape = torch.broadcast_shapes(condition.shape, a.shape, b.shape)
    c = condition.expand(shape)
    out = a.expand(shape).clone()
    out[~c] = b.expand(shape)[~c]
    return out


def safe_log(x):
    bad = ~(x > 0)
    return x.masked_fill(bad, 1.0).log().masked_fill(bad, 0.0)


def safe_div(a, b):
    a, b = torch.broadcast_tensors(a, b)
    bad = b == 0
    return (a / b.masked_fill(bad, 1.0)).masked_fill(bad, 0.0)
