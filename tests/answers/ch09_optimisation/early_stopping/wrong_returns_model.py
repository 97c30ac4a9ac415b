"""Early stopping: end when the validation loss stops improving, keep the best weights."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable

from torch import nn

__all__ = ["EarlyStopping", "fit"]


class EarlyStopping:
    def __init__(self, patience: int, min_delta: float = 0.0) -> None:
        if patience < 1:
            raise ValueError(f"patience must be at least 1, not {patience}")
        if not min_delta >= 0:
            raise ValueError(f"min_delta must be at least 0, not {min_delta}")
        self.best_loss = math.inf
        self.best_epoch: int | None = None
        self.stop = False
        self._patience = patience
        self._min_delta = min_delta
        self._epochs = 0
        self._epochs_without_improvement = 0

    def update(self, loss: float) -> bool:
        # Every comparison with NaN is false: a NaN is never an improvement.
        improved = loss < self.best_loss - self._min_delta
        if improved:
            self.best_loss, self.best_epoch = loss, self._epochs
            self._epochs_without_improvement = 0
        else:
            self._epochs_without_improvement += 1
        self._epochs += 1
        self.stop = self._epochs_without_improvement >= self._patience
        return improved


def fit(
    model: nn.Module,
    train_epoch: Callable[[nn.Module], object],
    validate: Callable[[nn.Module], float],
    max_epochs: int,
    patience: int,
    min_delta: float = 0.0,
) -> list[float]:
    stopper = EarlyStopping(patience, min_delta)
    # state_dict() shares its memory with the model, so that training would change it.
    best = copy.deepcopy(model.state_dict())
    losses: list[float] = []
    for _ in range(max_epochs):
        train_epoch(model)
        losses.append(validate(model))
        if stopper.update(losses[-1]):
            best = copy.deepcopy(model.state_dict())
        if stopper.stop:
            break
    model.load_state_dict(best)
    return losses


import copy


def fit(model, train_epoch, validate, max_epochs, patience, min_delta=0.0):
    rule = EarlyStopping(patience, min_delta)
    best = copy.deepcopy(model)
    losses = []
    for epoch in range(max_epochs):
        train_epoch(model)
        losses.append(validate(model))
        if rule.update(losses[-1]):
            best = copy.deepcopy(model)
        if rule.stop:
            break
    return best
