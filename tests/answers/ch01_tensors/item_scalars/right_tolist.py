import torch


def number(x):
    if x.numel() != 1:
        raise ValueError(f"shape {tuple(x.shape)}")
    v = x.detach().tolist()
    while isinstance(v, list):
        v = v[0]
    return v


def plain(report):
    match report:
        case torch.Tensor():
            return number(report) if report.numel() == 1 else report.tolist()
        case list():
            return list(map(plain, report))
        case dict():
            return dict((k, plain(v)) for k, v in report.items())
    return report
