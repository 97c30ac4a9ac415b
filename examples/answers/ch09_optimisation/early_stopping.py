"""Early stopping: end when the validation loss stops improving, keep the best weights."""

from __future__ import annotations

from collections.abc import Callable

from torch import nn


class EarlyStopping:
    def __init__(self, patience: int, min_delta: float = 0.0) -> None:
        if patience < 1:
            raise ValueError("patience must be at least 1")
        if min_delta < 0:
            raise ValueError("min_delta can't be negative")
        self.patience = patience
        self.min_delta = min_delta
        self.best_loss = float("inf")
        self.best_epoch = None
        self.epochs_seen = 0
        self.waiting = 0

    @property
    def stop(self) -> bool:
        return self.waiting >= self.patience

    def update(self, loss: float) -> bool:
        improved = loss < self.best_loss - self.min_delta
        if improved:
            self.best_loss = loss
            self.best_epoch = self.epochs_seen
            self.waiting = 0
        else:
            self.waiting += 1
        self.epochs_seen += 1
        return improved


def snapshot(model: nn.Module) -> dict:
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


def fit(
    model: nn.Module,
    train_epoch: Callable[[nn.Module], object],
    validate: Callable[[nn.Module], float],
    max_epochs: int,
    patience: int,
    min_delta: float = 0.0,
) -> list[float]:
    stopper = EarlyStopping(patience, min_delta)
    best = snapshot(model)
    losses = []
    while len(losses) < max_epochs and not stopper.stop:
        train_epoch(model)
        loss = validate(model)
        losses.append(loss)
        if stopper.update(loss):
            best = snapshot(model)
    model.load_state_dict(best)
    return losses
