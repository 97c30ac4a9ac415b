"""Leaves: where gradients arrive, and which tensors are leaves at all."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def make_leaf(data: Tensor, dtype: torch.dtype) -> Tensor:
    """Return a leaf that requires gradients, with the numbers of ``data`` in ``dtype``.

    ``data`` has any shape and dtype and may be part of a graph; it is left as it was. The result
    shares neither memory nor history with it. TypeError if ``dtype`` is no floating-point dtype.

    >>> make_leaf(torch.tensor([1, 2]), torch.float64)
    tensor([1., 2.], dtype=torch.float64, requires_grad=True)
    """
    raise NotImplementedError


def gradient_of(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """Return the gradient of ``f(x)`` by ``x``, which does not require gradients.

    ``x`` is a floating-point leaf and ``f(x)`` a 0-d tensor that depends on it. Afterwards ``x``
    is as before: it requires no gradients, and ``x.grad`` is None.

    >>> gradient_of(lambda v: (v * v).sum(), torch.tensor([1.0, 3.0]))
    tensor([2., 6.])
    """
    raise NotImplementedError


def predict(program: list[tuple[str, ...]]) -> dict[str, tuple[bool, bool]]:
    """Tell ``(is_leaf, requires_grad)`` of every tensor at the end of ``program``.

    The steps are listed in the statement. ValueError if a step asks for gradients of integers
    or booleans.

    >>> predict([("a", "parameter"), ("b", "detach", "a"), ("c", "mul", "a", "b")])
    {'a': (True, True), 'b': (True, False), 'c': (False, True)}
    """
    raise NotImplementedError
