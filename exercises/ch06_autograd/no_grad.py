"""Updates and evaluation without recording."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from torch import Tensor, nn


def sgd_step(parameters: Iterable[Tensor], lr: float) -> None:
    """Subtract ``lr`` times its gradient from each parameter, in its own memory.

    The parameters are leaves that require gradients; one whose ``.grad`` is None is left alone.
    Afterwards they are leaves that require gradients as before, and their gradients are unchanged.

    >>> w = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> sgd_step([w], lr=0.25)
    >>> w
    tensor([0.5000, 1.0000], requires_grad=True)
    """
    raise NotImplementedError


def evaluate(model: nn.Module, x: Tensor) -> Tensor:
    """Return ``model(x)``, computed in evaluation mode and without recording anything.

    Afterwards each module of ``model`` is in the mode in which it was, and the parameters are as
    they were. The result may be used in later computations that are recorded.

    >>> model = nn.Sequential(nn.Dropout(0.5), nn.Identity())
    >>> evaluate(model, torch.ones(3))
    tensor([1., 1., 1.])
    >>> model.training
    True
    """
    raise NotImplementedError


def fit(
    model: nn.Module,
    loss: Callable[[Tensor, Tensor], Tensor],
    x: Tensor,
    y: Tensor,
    lr: float,
    steps: int,
) -> list[float]:
    """Do ``steps`` steps of gradient descent on ``loss(model(x), y)``; return the losses.

    The result has one Python float per step: the loss before this step's update. Gradients that
    the model held before don't count, and frozen parameters stay as they are.

    >>> model = nn.Linear(1, 1, bias=False)
    >>> _ = model.weight.data.fill_(1.0)
    >>> fit(model, nn.functional.mse_loss, torch.ones(1, 1), torch.zeros(1, 1), lr=0.25, steps=3)
    [1.0, 0.25, 0.0625]
    """
    raise NotImplementedError
