import torch


def number(x):
    if x.numel() != 1:
        raise ValueError(x.shape)
    return x.item()


def plain(report):
    if torch.is_tensor(report):
        return str(report)
    if isinstance(report, dict):
        return {k: plain(v) for k, v in report.items()}
    if isinstance(report, list):
        return [plain(v) for v in report]
    return report
