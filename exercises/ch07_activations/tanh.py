"""tanh is a sigmoid that was stretched and moved; so is every network made of it."""

import torch


def tanh(x: torch.Tensor) -> torch.Tensor:
    """The hyperbolic tangent, elementwise, by way of torch.sigmoid.

    x: any shape, float32 or float64; the result has both. Right for |x| up to 10000 with an error
    of at most 1e-5 (float64: 1e-11).

    >>> tanh(torch.tensor([-1.0, 0.0, 100.0]))
    tensor([-0.7616,  0.0000,  1.0000])
    """
    raise NotImplementedError


def tanh_derivative(x: torch.Tensor) -> torch.Tensor:
    """The derivative of tanh at ``x``, as a formula; shape and dtype of ``x``, |x| up to 10000.

    >>> tanh_derivative(torch.tensor([-1.0, 0.0, 100.0]))
    tensor([0.4200, 1.0000, 0.0000])
    """
    raise NotImplementedError


def tanh_network(
    w1: torch.Tensor, b1: torch.Tensor, w2: torch.Tensor, b2: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Weights of a tanh network that computes what a given sigmoid network computes.

    w1: (H, D), b1: (H,), w2: (O, H), b2: (O,). The given network is
    sigmoid(x @ w1.T + b1) @ w2.T + b2 for a batch x of shape (N, D).
    Returns v1, c1, v2, c2 of the same shapes such that tanh(x @ v1.T + c1) @ v2.T + c2 is the
    same for every x. The arguments are not changed.

    >>> one = torch.ones(1, 1)
    >>> v1, c1, v2, c2 = tanh_network(2 * one, one[0], 6 * one, one[0])
    >>> sum(torch.tanh(x * v1 + c1) * v2 + c2 for x in (0.0, 0.5))  # 5.3864 + 6.2848
    tensor([[11.6711]])
    """
    raise NotImplementedError
