"""Between NumPy and PyTorch: one memory for both, or two."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch


def shared_tensor(array: np.ndarray) -> torch.Tensor:
    """Return a tensor over the memory of ``array``, with its shape and dtype."""
    return torch.from_numpy(array)


def own_tensor(array: np.ndarray) -> torch.Tensor:
    """Return a tensor with the values of ``array`` in its own memory."""
    return torch.tensor(array)


def shared_array(x: torch.Tensor) -> np.ndarray:
    """Return an array over the memory of ``x``, with its shape and dtype."""
    return x.detach().numpy()


def own_array(x: torch.Tensor) -> np.ndarray:
    """Return an array with the values of ``x`` in its own memory."""
    return x.detach().numpy().copy()


def shares(convert: Callable[[np.ndarray], torch.Tensor], array: np.ndarray) -> bool:
    """Find out whether ``convert(array)`` has its numbers in the memory of ``array``."""
    tensor, before = convert(array), array.copy()
    seen = tensor.clone()
    array[...] = before + 1
    changed = not torch.equal(tensor, seen)
    array[...] = before
    return changed
