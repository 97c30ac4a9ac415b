"""Gradients of what lies between input and loss."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor


def layer_gradients(
    layers: Sequence[Callable[[Tensor], Tensor]], loss: Callable[[Tensor], Tensor], x: Tensor
) -> list[Tensor]:
    """Send ``x`` through ``layers``; return the gradient of the loss by the output of each.

    Each layer is called once, with the output of the one before; ``loss`` gets the last output and
    returns a 0-d tensor. The parameters of the layers get their gradients as by ``backward()``.
    ``x`` requires no gradients and stays like that. There is at least one layer.

    >>> double, square = lambda t: 2 * t, lambda t: t * t
    >>> layer_gradients([double, square], torch.sum, torch.tensor([1.0, 3.0]))
    [tensor([ 4., 12.]), tensor([1., 1.])]
    """
    raise NotImplementedError


def heatmap(
    features: Callable[[Tensor], Tensor],
    head: Callable[[Tensor], Tensor],
    image: Tensor,
    label: int,
) -> Tensor:
    """Return where in ``image`` the network sees ``label``, by the gradients of its feature maps.

    ``maps = features(image)`` has shape (C, H, W), and ``head(maps)`` one score per class. A map's
    weight is the mean over H and W of the gradient of the label's score by this map. The result, of
    shape (H, W) and without history, is the weighted sum of the maps, with 0 for what is negative.
    The gradients of all parameters, and ``image``, stay as they were.

    >>> image = torch.tensor([[[1.0, 2.0]], [[4.0, 3.0]]])
    >>> heatmap(lambda t: t, lambda maps: torch.stack([maps[0].sum(), -maps[1].sum()]), image, 0)
    tensor([[1., 2.]])
    """
    raise NotImplementedError
