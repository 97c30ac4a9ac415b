import numpy as np
import torch

ORDER = [
    torch.bool,
    torch.uint8,
    torch.int32,
    torch.int64,
    torch.float16,
    torch.float32,
    torch.float64,
]
CATEGORY = [0, 1, 1, 1, 2, 2, 2]


def dtype_of_data(data):
    leaves, left = set(), [data]
    while left:
        d = left.pop()
        if isinstance(d, list):
            left.extend(d)
        else:
            leaves.add(type(d))
    if float in leaves or not leaves:
        return torch.float32
    return torch.int64 if int in leaves else torch.bool


def result_dtype(first, second):
    def describe(operand):
        if isinstance(operand, torch.Tensor):
            return (2 if operand.numel() != 1 else 1), ORDER.index(operand.dtype)
        if isinstance(operand, bool):
            return 0, 0
        return 0, 3 if isinstance(operand, int) else 5

    light, heavy = sorted([describe(first), describe(second)])
    if light[0] == heavy[0] or CATEGORY[light[1]] > CATEGORY[heavy[1]]:
        return ORDER[max(light[1], heavy[1])]
    return ORDER[heavy[1]]


def pair(a, b):
    return torch.tensor([a, b]).float()


def average(x):
    total = x.sum(dtype=torch.float64) / x.numel()
    return total if x.dtype == torch.float64 else total.float()


def row_and_column(position, columns):
    return position // columns, position % columns


def features(array):
    return torch.from_numpy(array.astype(np.float32))
