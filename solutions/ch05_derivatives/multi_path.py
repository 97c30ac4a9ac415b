"""Where several paths lead to the same result, their contributions add up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

Edge = tuple[str, str, float]


def derivative(edges: Sequence[Edge], start: str, end: str) -> float:
    uses: dict[str, list[tuple[str, float]]] = {}
    for source, target, slope in edges:
        uses.setdefault(source, []).append((target, slope))
    known = {end: 1.0}

    def of(node: str) -> float:
        if node not in known:
            known[node] = sum((slope * of(target) for target, slope in uses.get(node, [])), 0.0)
        return known[node]

    return of(start)


def contributions(
    f: Callable[..., torch.Tensor],
    branches: Sequence[Callable[[torch.Tensor], torch.Tensor]],
    x: torch.Tensor,
) -> list[torch.Tensor]:
    leaf = x.detach().clone().requires_grad_()
    values = [branch(leaf) for branch in branches]
    found = []
    for i in range(len(values)):
        cut = [v if j == i else v.detach() for j, v in enumerate(values)]
        (gradient,) = torch.autograd.grad(f(*cut), leaf)
        found.append(gradient)
    return found
