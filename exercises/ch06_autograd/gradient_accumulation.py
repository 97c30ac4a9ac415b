"""Gradients add up: when to clear them, and how to make use of it."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn


def fresh_gradient(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """Return the gradient of ``f(x)`` by ``x``, whatever gradient ``x`` held before.

    ``x`` is a leaf that requires gradients; ``x.grad`` may be None or hold any tensor. ``f``
    returns a 0-d tensor that depends on ``x``. The result has the shape and dtype of ``x``, and
    afterwards ``x.grad`` holds the same numbers. A gradient that an earlier call returned keeps
    its own.

    >>> x = torch.tensor([1.0, 3.0], requires_grad=True)
    >>> fresh_gradient(lambda v: (v * v).sum(), x)
    tensor([2., 6.])
    >>> fresh_gradient(torch.sum, x)
    tensor([1., 1.])
    """
    raise NotImplementedError


def accumulate_gradients(
    model: nn.Module,
    loss: Callable[[Tensor, Tensor], Tensor],
    x: Tensor,
    y: Tensor,
    size: int,
) -> None:
    """Fill the gradients of ``model`` with those of ``loss(model(x), y)``, a piece at a time.

    ``x`` and ``y`` have the same number of rows (first axis), at least one. The rows go through the
    model once, in micro-batches of at most ``size`` rows (``size >= 1``); the last may be smaller.
    The graph of a micro-batch is gone before the next one goes in. ``loss(prediction, target)``
    returns the mean over the rows that it is given, as a 0-d tensor.

    Afterwards each parameter's ``.grad`` is the gradient of the mean over all rows. Gradients held
    before do not count. A parameter that the loss does not reach ends with ``.grad`` None or zeros.
    The parameters themselves stay as they are.

    >>> model = nn.Linear(1, 1, bias=False)
    >>> x, y = torch.tensor([[1.0], [2.0], [3.0]]), torch.zeros(3, 1)
    >>> accumulate_gradients(model, nn.functional.mse_loss, x, y, size=2)
    >>> torch.allclose(model.weight.grad, 28 / 3 * model.weight)
    True
    """
    raise NotImplementedError
