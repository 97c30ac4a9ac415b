import copy


class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        if patience < 1 or min_delta < 0:
            raise ValueError("arguments")
        self.patience = patience
        self.min_delta = min_delta
        self.best_loss = float("inf")
        self.best_epoch = None
        self.stop = False
        self.counter = 0
        self.epoch = 0

    def update(self, loss):
        if loss >= self.best_loss - self.min_delta:
            self.counter += 1
            if self.counter >= self.patience:
                self.stop = True
            better = False
        else:
            self.best_loss = loss
            self.best_epoch = self.epoch
            self.counter = 0
            better = True
        self.epoch += 1
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
