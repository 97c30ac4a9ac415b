import numpy as np
import torch

NUMPY_FREE = {torch.bool: 0, torch.uint8: 1, torch.int32: 2, torch.int64: 3, torch.float16: 4,
              torch.float32: 5, torch.float64: 6}


def dtype_of_data(data):
    text = repr(data)
    if text.replace("[", "").replace("]", "").replace(",", "").strip() == "":
        return torch.float32
    a = np.array(flatten(data), dtype=object)
    if any(isinstance(v, float) for v in a):
        return torch.float32
    if all(isinstance(v, bool) for v in a):
        return torch.bool
    return torch.long


def flatten(data):
    if isinstance(data, list):
        return [x for d in data for x in flatten(d)]
    return [data]


def result_dtype(first, second):
    levels = {}
    for op in (first, second):
        if torch.is_tensor(op):
            level, dt = ("dim" if op.ndim else "zero"), op.dtype
        else:
            level = "python"
            dt = torch.bool if op is True or op is False else (
                torch.long if isinstance(op, int) else torch.float)
        levels.setdefault(level, []).append(dt)
    result = None
    for level in ("dim", "zero", "python"):
        for dt in levels.get(level, []):
            if result is None:
                result, top = dt, level
                continue
            r, d = NUMPY_FREE[result], NUMPY_FREE[dt]
            if level == top:
                result = dt if d > r else result
            elif (d >= 4) > (r >= 4) or (r == 0 and d > 0):
                result = dt if d > r else result
    return result


def pair(a, b):
    out = torch.empty(2)
    out[0] = a
    out[1] = b
    return out


def average(x):
    if x.dtype == torch.float64:
        return x.mean()
    return x.to(torch.float32).mean()


def row_and_column(position, columns):
    col = position.remainder(columns)
    return (position - col) // columns, col


def features(array):
    return torch.from_numpy(array.astype(np.float32))
