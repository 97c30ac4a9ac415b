import torch


def one_hot(y, classes):
    out = torch.zeros(y.numel(), classes, dtype=torch.int64)
    for i, label in enumerate(y.flatten().tolist()):
        if label < 0 or label >= classes or label != int(label):
            raise ValueError(label)
        out[i, int(label)] = 1
    return out.reshape(tuple(y.shape) + (classes,))


def count(y, classes):
    c = [0] * classes
    for label in y.flatten().tolist():
        c[label] += 1
    return torch.tensor(c, dtype=torch.int64)


def sum_by_class(values, y, classes):
    rows = [torch.zeros(values.shape[1], dtype=values.dtype) for _ in range(classes)]
    for i in range(len(y)):
        rows[y[i]] = rows[y[i]] + values[i]
    return torch.stack(rows)
