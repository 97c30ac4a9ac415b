"""Forward or reverse? What a Jacobian costs."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import torch


def passes(n: int, m: int, mode: str) -> int:
    return {"forward": n, "reverse": m, "central": 2 * n}[mode]


def cheaper_mode(n: int, m: int) -> str:
    return "forward" if n <= m else "reverse"


def full_jacobian(
    jvp: Callable[[torch.Tensor], torch.Tensor],
    vjp: Callable[[torch.Tensor], torch.Tensor],
    n: int,
    m: int,
) -> torch.Tensor:
    result = torch.zeros(m, n, dtype=torch.float64)
    if cheaper_mode(n, m) == "forward":
        for j, u in enumerate(torch.eye(n, dtype=torch.float64)):
            result[:, j] = jvp(u)
    else:
        for i, v in enumerate(torch.eye(m, dtype=torch.float64)):
            result[i] = vjp(v)
    return result


def multiplications(sizes: Sequence[int], mode: str) -> int:
    first, *_, last = sizes
    products = list(itertools.pairwise(sizes))  # (inputs, outputs) of each function
    if mode == "forward":
        return sum(first * a * b for a, b in products[1:])
    return sum(last * a * b for a, b in products[:-1])
