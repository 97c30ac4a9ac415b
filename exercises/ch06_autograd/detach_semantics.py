"""detach: the same numbers in the same memory, without the history."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor


def stop_gradient(x: Tensor) -> Tensor:
    """Return the numbers of ``x``, in the memory of ``x``, without its history.

    The result has the shape and dtype of ``x``, and no gradient flows back through it; ``x``
    itself stays in its graph. Writing to the result changes ``x``, and autograd must notice: a
    ``backward()`` that still needs the old numbers of ``x`` raises RuntimeError.

    >>> x = torch.tensor([1.0, 3.0], requires_grad=True)
    >>> stop_gradient(x)
    tensor([1., 3.])
    """
    raise NotImplementedError


def snapshot(x: Tensor) -> Tensor:
    """Return a copy of ``x`` that shares neither memory nor history with it.

    The result has the shape and dtype of ``x``, and no gradient flows back through it.

    >>> x = torch.tensor([1.0, 3.0], requires_grad=True)
    >>> snapshot(x)
    tensor([1., 3.])
    """
    raise NotImplementedError


def cube_with_frozen_square(x: Tensor) -> Tensor:
    """Return ``u * x`` where ``u = x * x`` counts as a constant.

    The result has the shape and dtype of ``x``. Its values are those of ``x**3``; its derivative
    with respect to ``x`` is ``x**2``.

    >>> x = torch.tensor([1.0, 3.0], requires_grad=True)
    >>> cube_with_frozen_square(x).sum().backward()
    >>> x.grad
    tensor([1., 9.])
    """
    raise NotImplementedError


def imitation_loss(
    learner: Callable[[Tensor], Tensor], teacher: Callable[[Tensor], Tensor], x: Tensor
) -> Tensor:
    """Return the mean of ``(learner(x) - teacher(x))**2`` over all elements, as a 0-d tensor.

    The teacher's output counts as a constant: gradients reach ``x`` and the weights through the
    learner only. Both functions return new floating-point tensors of one shape. They may use the
    same weights.

    >>> imitation_loss(lambda v: 2 * v, lambda v: v * v, torch.tensor([1.0, 3.0]))
    tensor(5.)
    """
    raise NotImplementedError
