import copy
import math


class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        if patience < 1 or min_delta < 0:
            raise ValueError("arguments")
        self.patience, self.min_delta = patience, min_delta
        self.losses = []
        self.best_loss, self.best_epoch, self.stop = math.inf, None, False

    def update(self, loss):
        self.losses.append(loss)
        better = loss < self.best_loss - self.min_delta
        if better:
            self.best_loss = loss
            self.best_epoch = len(self.losses) - 1
        waited = len(self.losses) - (0 if self.best_epoch is None else self.best_epoch)
        self.stop = waited >= self.patience
        return better


def fit(model, train_epoch, validate, max_epochs, patience, min_delta=0.0):
    early = EarlyStopping(patience, min_delta)
    best_state = copy.deepcopy(model.state_dict())
    history = []
    for epoch in range(max_epochs):
        train_epoch(model)
        val_loss = validate(model)
        history.append(val_loss)
        if early.update(val_loss):
            best_state = copy.deepcopy(model.state_dict())
        if early.stop:
            break
    model.load_state_dict(best_state)
    return history
