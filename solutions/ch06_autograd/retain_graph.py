"""One graph, several passes: when it has to be kept, and when it must not."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor


def head_gradients(
    trunk: Callable[[Tensor], Tensor], heads: Sequence[Callable[[Tensor], Tensor]], x: Tensor
) -> list[Tensor]:
    """The gradient by ``x`` of ``head(trunk(x))``, for each head by itself."""
    leaf = x.detach().clone().requires_grad_()
    features = trunk(leaf)
    gradients = []
    for left, head in reversed(list(enumerate(reversed(heads)))):
        # The last pass frees the graph, as every single backward() does.
        (gradient,) = torch.autograd.grad(head(features), leaf, retain_graph=left > 0)
        gradients.append(gradient)
    return gradients


def reusable(x: Tensor, n: int) -> Tensor:
    """``n`` times the sum of ``x``, such that ``backward()`` works on it twice."""
    # A sum and an expansion have slopes that don't depend on numbers, so they keep none.
    return x.expand(n, *x.shape).sum()


def truncated(
    cell: Callable[[Tensor, Tensor], Tensor],
    loss: Callable[[Tensor, Tensor], Tensor],
    xs: Sequence[Tensor],
    ys: Sequence[Tensor],
    state: Tensor,
    k: int,
) -> Tensor:
    """Run ``cell`` through a sequence, with a ``backward()`` every ``k`` steps."""
    for start in range(0, len(xs), k):
        total = torch.zeros(())
        for x, y in zip(xs[start : start + k], ys[start : start + k], strict=True):
            state = cell(x, state)
            total = total + loss(state, y)
        total.backward()
        state = state.detach()
    return state
