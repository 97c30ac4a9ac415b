"""scatter: write to the places that an index names; one-hot codes, counts, sums by class."""

from __future__ import annotations

import torch


def one_hot(y: torch.Tensor, classes: int) -> torch.Tensor:
    """A row for each label, with a 1 in the place of its class and 0 elsewhere."""
    labels = checked(y, classes)
    code = torch.zeros(*y.shape, classes, dtype=torch.int64, device=y.device)
    return code.scatter_(-1, labels.unsqueeze(-1), 1)


def count(y: torch.Tensor, classes: int) -> torch.Tensor:
    """How often each class occurs."""
    y = y.reshape(-1)
    return torch.zeros(classes, dtype=torch.int64).scatter_add_(0, y, torch.ones_like(y))


def sum_by_class(values: torch.Tensor, y: torch.Tensor, classes: int) -> torch.Tensor:
    """Add up the rows of each class."""
    index = y[:, None].expand_as(values)  # scatter visits the places of the index only
    return values.new_zeros(classes, values.shape[1]).scatter_add(0, index, values)


def checked(y: torch.Tensor, classes: int) -> torch.Tensor:
    """The labels as int64, if they are labels."""
    labels = y.long()
    if bool(((labels != y) | (labels < 0) | (labels >= classes)).any()):
        raise ValueError(f"labels must be whole numbers from 0 to {classes - 1}")
    return labels
