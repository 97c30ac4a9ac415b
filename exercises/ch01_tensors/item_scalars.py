"""From tensors to Python numbers."""

from __future__ import annotations

import torch


def number(x: torch.Tensor) -> bool | int | float:
    """Return the one number that ``x`` holds, as a Python number.

    Args:
        x: a tensor with a single element and any number of axes; it may require grad.

    Returns:
        A bool for a bool tensor, an int for an integer one, a float for a floating one.

    Raises:
        ValueError: if ``x`` has no element, or more than one.

    >>> number(torch.tensor([[7]]))
    7
    """
    raise NotImplementedError


def plain(report: object) -> object:
    """Replace the tensors in a report by Python numbers and lists, so that json can write it.

    Args:
        report: a tensor, a str, a Python number, None, or a list or dict of such things, nested
            to any depth. Left as it was.

    Returns:
        The same in new lists and dicts. A tensor with a single element, of any rank, has become
        a number; any other tensor nested lists of numbers. All else is as it was.

    >>> plain({"loss": torch.tensor([0.5]), "sizes": [torch.tensor([3, 4]), 5]})
    {'loss': 0.5, 'sizes': [[3, 4], 5]}
    """
    raise NotImplementedError
