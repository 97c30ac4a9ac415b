import copy


class EarlyStopping:
    """Right, but takes any patience and any min_delta."""

    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.best_loss, self.best_epoch, self.stop = float("inf"), None, False
        self.epoch = self.wait = 0

    def update(self, loss):
        better = loss < self.best_loss - self.min_delta
        if better:
            self.best_loss, self.best_epoch, self.wait = loss, self.epoch, 0
        else:
            self.wait += 1
        self.epoch += 1
        self.stop = self.wait >= self.patience
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
