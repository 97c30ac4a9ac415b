"""One graph, several passes: when it has to be kept, and when it must not."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor


def head_gradients(
    trunk: Callable[[Tensor], Tensor], heads: Sequence[Callable[[Tensor], Tensor]], x: Tensor
) -> list[Tensor]:
    """Return the gradient by ``x`` of ``head(trunk(x))``, for each head by itself.

    ``trunk`` is called once; each head returns a 0-d tensor. ``x`` requires no gradients and stays
    as it was. When the function returns, the graph of the trunk is freed.

    >>> heads = [torch.sum, lambda h: h[0]]
    >>> head_gradients(torch.square, heads, torch.tensor([1.0, 3.0]))
    [tensor([2., 6.]), tensor([2., 0.])]
    """
    raise NotImplementedError


def reusable(x: Tensor, n: int) -> Tensor:
    """Return ``n`` times the sum of ``x``, such that ``backward()`` works on it twice.

    ``x`` is a floating-point leaf of any shape that requires gradients; ``n >= 1``. The result is a
    0-d tensor in its graph, and both calls of ``backward()`` come without ``retain_graph``.

    >>> x = torch.tensor([1.0, 3.0], requires_grad=True)
    >>> y = reusable(x, 3)
    >>> y.backward()
    >>> y.backward()
    >>> y.detach(), x.grad
    (tensor(12.), tensor([6., 6.]))
    """
    raise NotImplementedError


def truncated(
    cell: Callable[[Tensor, Tensor], Tensor],
    loss: Callable[[Tensor, Tensor], Tensor],
    xs: Sequence[Tensor],
    ys: Sequence[Tensor],
    state: Tensor,
    k: int,
) -> Tensor:
    """Run ``state = cell(x, state)`` through a sequence, with a ``backward()`` every ``k`` steps.

    The losses ``loss(state, y)`` of ``k`` steps (fewer in the last chunk) are added up and derived
    together; the state that a chunk begins with counts as a constant. Gradients are added to the
    parameters in ``cell``. ``state`` requires none. The result is the last state, without history.

    >>> w = torch.tensor(2.0, requires_grad=True)
    >>> ones, zeros = [torch.tensor(1.0)] * 3, [torch.tensor(0.0)] * 3
    >>> truncated(lambda x, s: w * s + x, lambda s, y: s - y, ones, zeros, torch.tensor(1.0), 1)
    tensor(15.)
    >>> w.grad
    tensor(11.)
    """
    raise NotImplementedError
