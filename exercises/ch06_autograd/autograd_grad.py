"""torch.autograd.grad: several inputs, unused ones, and derivatives of derivatives."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor


def gradients(f: Callable[..., Tensor], inputs: Sequence[Tensor]) -> list[Tensor]:
    """Return the gradients of ``f(*inputs)`` by each of the inputs, zeros where it isn't used.

    The inputs are floating-point tensors of any shapes that require no gradients, and stay as they
    are; ``f`` returns a 0-d tensor, which may depend on some of them or on none. Each gradient has
    the shape and dtype of its input.

    >>> a, b, c = torch.tensor([1.0, 2.0]), torch.tensor(3.0), torch.tensor([5.0])
    >>> gradients(lambda a, b, c: (a * b).sum(), [a, b, c])
    [tensor([3., 3.]), tensor(3.), tensor([0.])]
    """
    raise NotImplementedError


def second_derivative(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """Return f'' at each element of ``x``, for a function ``f`` that works element by element.

    ``x`` is a floating-point tensor of any shape that requires no gradients, and stays as it is.
    ``f(x)`` depends on ``x``, perhaps linearly. The result has the shape and dtype of ``x``.

    >>> second_derivative(lambda t: t**3, torch.tensor([1.0, 2.0]))
    tensor([ 6., 12.])
    """
    raise NotImplementedError


def gradient_penalty(critic: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """Return the mean over rows of ``(norm - 1)**2``, with the norm of the critic's gradient.

    ``x`` has shape (n, d), n >= 1, and requires no gradients. ``critic(x)`` has shape (n,), and its
    entry i depends on row i only. ``norm`` is the Euclidean norm of the gradient of entry i by row
    i. The result is a 0-d tensor through which gradients flow to the parameters in the critic.

    >>> gradient_penalty(lambda t: 3 * t[:, 0] + 4 * t[:, 1], torch.zeros(2, 2))
    tensor(16.)
    """
    raise NotImplementedError
