import copy


class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        if patience < 1 or min_delta < 0:
            raise ValueError("arguments")
        self.patience, self.min_delta = patience, min_delta
        self.flags = []
        self.best_loss, self.best_epoch = float("inf"), None

    def update(self, loss):
        self.flags.append(loss < self.best_loss - self.min_delta)
        if self.flags[-1]:
            self.best_loss, self.best_epoch = loss, len(self.flags) - 1
        return self.flags[-1]

    @property
    def stop(self):
        return self.flags.count(False) >= self.patience


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
