"""ReLU, leaky ReLU, ELU and SELU, each with its derivative."""

import torch

SELU_SCALE = 1.0507009873554805
SELU_ALPHA = 1.6732632423543772


def relu(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """max(0, x) and its derivative, elementwise.

    x: any shape; float32, float64, or int64, which is computed as float32. ``x`` is not changed.
    Returns (value, derivative), both of the shape of ``x``. At 0 the derivative is the one from
    the left, here 0.

    >>> relu(torch.tensor([-2.0, 0.0, 3.0]))
    (tensor([0., 0., 3.]), tensor([0., 0., 1.]))
    """
    raise NotImplementedError


def leaky_relu(x: torch.Tensor, slope: float = 0.01) -> tuple[torch.Tensor, torch.Tensor]:
    """x for x > 0 and slope * x for x <= 0, and the derivative; ``slope`` is any number.

    ``x`` and the result as for ``relu``.

    >>> leaky_relu(torch.tensor([-2, 0, 3]), 0.1)
    (tensor([-0.2000,  0.0000,  3.0000]), tensor([0.1000, 0.1000, 1.0000]))
    """
    raise NotImplementedError


def elu(x: torch.Tensor, alpha: float = 1.0) -> tuple[torch.Tensor, torch.Tensor]:
    """x for x > 0 and alpha * (exp(x) - 1) for x <= 0, and the derivative.

    ``x`` and the result as for ``relu``. Right for |x| up to 10000, and to four digits for
    negative x near 0 such as -1e-6.

    >>> elu(torch.tensor([-2.0, 0.0, 3.0]))
    (tensor([-0.8647,  0.0000,  3.0000]), tensor([0.1353, 1.0000, 1.0000]))
    """
    raise NotImplementedError


def selu(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """SELU_SCALE times the ELU with alpha = SELU_ALPHA, and the derivative.

    ``x`` and the result as for ``elu``.

    >>> selu(torch.tensor([-2.0, 0.0, 3.0]))
    (tensor([-1.5202,  0.0000,  3.1521]), tensor([0.2379, 1.7581, 1.0507]))
    """
    raise NotImplementedError
