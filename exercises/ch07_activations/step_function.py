"""The step unit: why no gradient trains it, and the straight-through gradient that does."""

import torch


def step(x: torch.Tensor) -> torch.Tensor:
    """1 where x >= 0 and 0 elsewhere, in the shape and dtype (float32 or float64) of ``x``.

    >>> step(torch.tensor([-2.0, 0.0, 0.5]))
    tensor([0., 1., 1.])
    """
    raise NotImplementedError


def flat_interval(z: torch.Tensor) -> tuple[float, float]:
    """How far a bias may move with all outputs unchanged: step(z + t) == step(z), low <= t < high.

    z: shape (n,), n >= 1. Returns (low, high), the widest such interval, as Python floats or
    tensors of one number; -inf or inf where there is no end.

    >>> flat_interval(torch.tensor([-2.0, 0.75, 1.0, -0.5]))
    (-0.75, 0.5)
    """
    raise NotImplementedError


def straight_through(x: torch.Tensor, width: float = 1.0) -> torch.Tensor:
    """step(x) on the way forward; for autograd, a function of slope 1 where |x| <= width.

    The gradient that comes in is handed on where |x| <= width, and is 0 elsewhere. Shape and dtype
    of ``x``. width > 0, may be inf.

    >>> x = torch.tensor([-2.0, -0.5, 0.0, 1.5], requires_grad=True)
    >>> (3 * straight_through(x)).sum().backward()
    >>> x.grad
    tensor([0., 3., 3., 0.])
    """
    raise NotImplementedError


def fit_step_unit(
    x: torch.Tensor, y: torch.Tensor, w: torch.Tensor, b: torch.Tensor, lr: float, steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Train the unit step(x @ w + b) by gradient descent with the straight-through gradient.

    x: (N, D); y: (N,), zeros and ones; w: (D,) and b: shape (), the start, which is not changed.
    Each of ``steps`` steps takes lr times the gradient of mean((output - y) ** 2) over all N,
    with the width 1, from w and b. Returns the last w and b.

    >>> x, y = torch.tensor([[1.0], [-1.0]]), torch.tensor([0.0, 1.0])
    >>> fit_step_unit(x, y, torch.tensor([0.25]), torch.tensor(0.0), 0.5, 1)
    (tensor([-0.7500]), tensor(0.))
    """
    raise NotImplementedError
