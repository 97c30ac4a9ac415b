import copy

import torch


def number(x):
    if x.numel() == 1:
        return x.detach().numpy().item()
    raise ValueError(f"shape {x.shape}")


def convert(value):
    if isinstance(value, torch.Tensor):
        return value.squeeze().item() if value.numel() == 1 else value.numpy().tolist()
    if isinstance(value, dict):
        for k, v in list(value.items()):
            value[k] = convert(v)
    elif isinstance(value, list):
        value[:] = [convert(v) for v in value]
    return value


def plain(report):
    return convert(copy.deepcopy(report))
