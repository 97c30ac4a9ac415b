"""No loop, and fit doesn't use the class at all."""

from copy import deepcopy


class EarlyStopping:
    best_loss = float("inf")
    best_epoch = None
    stop = False
    epoch = 0

    def __init__(self, patience, min_delta=0.0):
        if patience < 1 or min_delta < 0:
            raise ValueError("bad arguments")
        self.patience = patience
        self.min_delta = min_delta
        self.last_good = -1

    def update(self, loss):
        improved = loss < self.best_loss - self.min_delta
        if improved:
            self.best_loss = loss
            self.best_epoch = self.last_good = self.epoch
        if self.epoch - self.last_good == self.patience:
            self.stop = True
        self.epoch += 1
        return improved


def go_on(model, train_epoch, validate, left, patience, delta, mark, bad):
    """Losses of the epochs to come, and the best weights among them, if any."""
    train_epoch(model)
    loss = validate(model)
    if loss < mark - delta:
        weights = deepcopy(model.state_dict())
        rest, state = go_on_from(
            model, train_epoch, validate, left - 1, patience, delta, loss, 0, weights
        )
    else:
        rest, state = go_on_from(
            model, train_epoch, validate, left - 1, patience, delta, mark, bad + 1, None
        )
    return [loss] + rest, state


def go_on_from(model, train_epoch, validate, left, patience, delta, mark, bad, weights):
    if left == 0 or bad >= patience:
        return [], weights
    losses, later = go_on(model, train_epoch, validate, left, patience, delta, mark, bad)
    return losses, weights if later is None else later


def fit(model, train_epoch, validate, max_epochs, patience, min_delta=0.0):
    start = deepcopy(model.state_dict())
    losses, best = go_on_from(
        model, train_epoch, validate, max_epochs, patience, min_delta, float("inf"), 0, None
    )
    model.load_state_dict(start if best is None else best)
    return losses
