"""A layer and a multilayer perceptron as ``nn.Module``."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn


class Dense(nn.Module):
    """A fully connected layer, y = x Wᵀ + b, written without ``nn.Linear``.

    Parameters, registered under these names and float32 at first: ``weight`` of shape
    (n_out, n_in) and ``bias`` of shape (n_out,). Their start values are up to you.

    >>> [(name, tuple(p.shape)) for name, p in Dense(3, 5).named_parameters()]
    [('weight', (5, 3)), ('bias', (5,))]
    """

    def __init__(self, n_in: int, n_out: int) -> None:
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Map ``x`` of shape (..., n_in) to shape (..., n_out); the dtype stays."""
        raise NotImplementedError


class MLP(nn.Module):
    """Fully connected layers with a ReLU between them, none after the last.

    ``layers.0``, ``layers.1``, ... are the layers, ``len(sizes) - 1`` of them: each a submodule
    with a ``weight`` and a ``bias`` of its own, as in `Dense`. The model has no other parameters.

    >>> list(MLP([4, 8, 3]).state_dict())
    ['layers.0.weight', 'layers.0.bias', 'layers.1.weight', 'layers.1.bias']
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        """Layer i maps ``sizes[i]`` features to ``sizes[i + 1]``.

        Raises:
            ValueError: if ``sizes`` has fewer than two entries.
        """
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Map ``x`` of shape (..., sizes[0]) to shape (..., sizes[-1]).

        The layers are called as ``layer(x)``, so that their forward hooks run.
        """
        raise NotImplementedError


def to_sequential(model: MLP) -> nn.Sequential:
    """Return the same network as an ``nn.Sequential`` with memory of its own.

    Its stages alternate: linear, ReLU, linear, ..., linear. The linear ones (stages 0, 2, 4, ...)
    have parameters ``weight`` and ``bias`` with the values of ``layers.0``, ``layers.1``, ... of
    ``model``, which are float32. Both networks can be trained later; what is trained or written
    in one doesn't change the other. ``model`` itself stays as it is.

    >>> list(to_sequential(MLP([4, 8, 3])).state_dict())
    ['0.weight', '0.bias', '2.weight', '2.bias']
    """
    raise NotImplementedError
