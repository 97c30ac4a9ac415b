"""Early stopping: end when the validation loss stops improving, keep the best weights."""

from __future__ import annotations

from collections.abc import Callable

from torch import nn


class EarlyStopping:
    """Decides after each epoch whether training goes on.

    Attributes that may be read at any time:
        best_loss: float, the loss of the last improvement; ``math.inf`` before the first one.
        best_epoch: int, the epoch of the last improvement, counted from 0; None before it.
        stop: bool, True once ``patience`` epochs in a row brought no improvement.

    Example, with ``patience=2``:
        the losses 0.9, 0.7, 0.8, 0.75 make ``stop`` True, with ``best_epoch == 1``.
    """

    best_loss: float
    best_epoch: int | None
    stop: bool

    def __init__(self, patience: int, min_delta: float = 0.0) -> None:
        """
        Args:
            patience: how many epochs in a row without improvement end the training.
            min_delta: how much an improvement must at least exceed.

        Raises:
            ValueError: ``patience`` is less than 1, or ``min_delta`` is negative.
        """
        raise NotImplementedError

    def update(self, loss: float) -> bool:
        """Take in the validation loss of the next epoch.

        Returns:
            True if it is an improvement: ``loss < best_loss - min_delta``. NaN never is.
        """
        raise NotImplementedError


def fit(
    model: nn.Module,
    train_epoch: Callable[[nn.Module], object],
    validate: Callable[[nn.Module], float],
    max_epochs: int,
    patience: int,
    min_delta: float = 0.0,
) -> list[float]:
    """Train ``model`` until its validation loss stops improving; leave it at its best.

    Args:
        model: trained in place.
        train_epoch: ``train_epoch(model)`` trains for one epoch.
        validate: ``validate(model)`` then gives the validation loss, a float.
        max_epochs: train for no more epochs than this.
        patience, min_delta: as in ``EarlyStopping``.

    Returns:
        The validation losses of all epochs that were run, in order.

        Afterwards ``model`` holds everything in its ``state_dict()`` (parameters and buffers)
        as it was after the epoch of the last improvement, whatever ended the training; if no
        epoch was an improvement, as it was before the call. It is still the same module with
        the same ``Parameter`` objects.

    Example:
        With ``patience=2`` and the losses 0.9, 0.7, 0.8, 0.75, 0.1 to come, four epochs are
        run; ``model`` ends with the weights of the second one.
    """
    raise NotImplementedError
