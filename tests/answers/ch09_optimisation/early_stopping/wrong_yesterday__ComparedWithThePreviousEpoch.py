import copy


class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        if patience < 1 or min_delta < 0:
            raise ValueError("arguments")
        self.patience, self.min_delta = patience, min_delta
        self.losses = [float("inf")]
        self.best_loss, self.best_epoch, self.stop = float("inf"), None, False
        self.wait = 0

    def update(self, loss):
        falling = self.losses[-1] - loss > self.min_delta
        self.losses.append(loss)
        if falling:
            self.best_loss, self.best_epoch, self.wait = loss, len(self.losses) - 2, 0
        else:
            self.wait += 1
            self.stop = self.wait == self.patience
        return falling


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
