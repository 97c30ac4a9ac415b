"""Between NumPy and PyTorch: one memory for both, or two."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch


def shared_tensor(array: np.ndarray) -> torch.Tensor:
    """Return a tensor over the memory of ``array``, with its shape and dtype.

    >>> import numpy
    >>> array = numpy.zeros(2)
    >>> x = shared_tensor(array)
    >>> array[0] = 5
    >>> x
    tensor([5., 0.], dtype=torch.float64)
    """
    raise NotImplementedError


def own_tensor(array: np.ndarray) -> torch.Tensor:
    """Return a tensor with the values, the shape and the dtype of ``array``, in its own memory.

    >>> import numpy
    >>> array = numpy.zeros(2)
    >>> x = own_tensor(array)
    >>> array[0] = 5
    >>> x
    tensor([0., 0.], dtype=torch.float64)
    """
    raise NotImplementedError


def shared_array(x: torch.Tensor) -> np.ndarray:
    """Return an array over the memory of ``x``, with its shape and dtype.

    Args:
        x: a tensor on the CPU, of any shape; it may require grad, and is left as it was.

    >>> x = torch.zeros(2)
    >>> array = shared_array(x)
    >>> x[0] = 5
    >>> array.tolist()
    [5.0, 0.0]
    """
    raise NotImplementedError


def own_array(x: torch.Tensor) -> np.ndarray:
    """Return an array with the values, the shape and the dtype of ``x``, in its own memory.

    Args:
        x: a tensor on the CPU, of any shape; it may require grad, and is left as it was.

    >>> x = torch.zeros(2)
    >>> array = own_array(x)
    >>> x[0] = 5
    >>> array.tolist()
    [0.0, 0.0]
    """
    raise NotImplementedError


def shares(convert: Callable[[np.ndarray], torch.Tensor], array: np.ndarray) -> bool:
    """Find out whether ``convert(array)`` has its numbers in the memory of ``array``.

    Args:
        convert: makes a tensor of an array, in whatever way.
        array: of floats or integers, at least one element; holds the same afterwards as before.

    Returns:
        True if the tensor sees what is written into the array (and the other way round).

    >>> import numpy
    >>> shares(torch.tensor, numpy.zeros(3)), shares(torch.from_numpy, numpy.zeros(3))
    (False, True)
    """
    raise NotImplementedError
