import torch


def number(x):
    n = 1
    for s in x.shape:
        n *= s
    if n != 1:
        raise ValueError("not one element: %s" % (x.shape,))
    while x.dim() > 0:
        x = x[0]
    return x.item()


def plain(report):
    if torch.is_tensor(report):
        try:
            return number(report)
        except ValueError:
            return report.detach().tolist()
    elif type(report) == dict:
        new = {}
        for k in report:
            new[k] = plain(report[k])
        return new
    elif type(report) == list:
        new = []
        for v in report:
            new.append(plain(v))
        return new
    else:
        return report
