"""From tensors to Python numbers."""

from __future__ import annotations

import torch


def number(x: torch.Tensor) -> bool | int | float:
    """Return the one number that ``x`` holds, as a Python number."""
    if x.numel() != 1:
        raise ValueError(f"one element wanted, not a tensor of shape {tuple(x.shape)}")
    return x.item()


def plain(report: object) -> object:
    """Replace the tensors in a report by Python numbers and lists."""
    if isinstance(report, torch.Tensor):
        return report.item() if report.numel() == 1 else report.tolist()
    if isinstance(report, dict):
        return {key: plain(value) for key, value in report.items()}
    if isinstance(report, list):
        return [plain(value) for value in report]
    return report
