"""The step unit: why no gradient trains it, and the straight-through gradient that does."""

import torch


def step(x: torch.Tensor) -> torch.Tensor:
    """1 where x >= 0 and 0 elsewhere, in the shape and dtype of ``x``."""
    return (x >= 0).to(x.dtype)


def flat_interval(z: torch.Tensor) -> tuple[float, float]:
    """The ends of the widest low <= t < high with step(z + t) == step(z)."""
    on, off = z[z >= 0], z[z < 0]
    # The unit that is on and nearest to 0 goes off below -min; the nearest that is off, on at -max.
    low = -on.min().item() if len(on) else -torch.inf
    high = -off.max().item() if len(off) else torch.inf
    return low, high


def straight_through(x: torch.Tensor, width: float = 1.0) -> torch.Tensor:
    """step(x) on the way forward; for autograd, a function of slope 1 where |x| <= width."""
    slope = (x.abs() <= width).to(x.dtype)
    line = slope * x
    return step(x) + (line - line.detach())  # adds exactly 0, but with a history


def fit_step_unit(
    x: torch.Tensor, y: torch.Tensor, w: torch.Tensor, b: torch.Tensor, lr: float, steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Train the unit step(x @ w + b) by gradient descent with the straight-through gradient."""
    for _ in range(steps):
        w, b = w.detach().requires_grad_(), b.detach().requires_grad_()
        loss = ((straight_through(x @ w + b) - y) ** 2).mean()
        by_w, by_b = torch.autograd.grad(loss, (w, b))
        w, b = w - lr * by_w, b - lr * by_b
    return w.detach(), b.detach()
