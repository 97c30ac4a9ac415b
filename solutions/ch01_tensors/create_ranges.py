"""Ranges: arange, linspace and logspace, each built from another one."""

from __future__ import annotations

import math

import torch


def arange(start: float, end: float, step: float) -> torch.Tensor:
    """Count from ``start`` in steps of ``step``, without reaching ``end``."""
    if step == 0 or (end - start) / step < 0:
        raise ValueError(f"steps of {step} do not lead from {start} to {end}")
    count = math.ceil((end - start) / step)
    last = start + step * (count - 1)
    return torch.linspace(start, last, count, dtype=torch.float64)


def linspace(start: float, end: float, steps: int) -> torch.Tensor:
    """Spread ``steps`` numbers evenly from ``start`` to ``end``, both included."""
    distance = (end - start) / max(steps - 1, 1)
    return start + distance * torch.arange(steps, dtype=torch.float64)


def logspace(start: float, end: float, steps: int, base: float = 10.0) -> torch.Tensor:
    """Return powers of ``base`` whose exponents are spread evenly from ``start`` to ``end``."""
    return base ** torch.linspace(start, end, steps, dtype=torch.float64)


def geometric(first: float, last: float, steps: int) -> torch.Tensor:
    """Go from ``first`` to ``last`` in ``steps`` numbers, each the same multiple of the last."""
    return logspace(math.log(first), math.log(last), steps, base=math.e)
