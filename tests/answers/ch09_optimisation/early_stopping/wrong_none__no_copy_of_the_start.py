class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        if patience < 1:
            raise ValueError("patience must be positive")
        if min_delta < 0:
            raise ValueError("min_delta must not be negative")
        self.patience = patience
        self.min_delta = min_delta
        self.best_loss = float("inf")
        self.best_epoch = None
        self.stop = False
        self.epoch = -1
        self.counter = 0

    def update(self, loss):
        self.epoch += 1
        if loss < self.best_loss - self.min_delta:
            self.best_loss = loss
            self.best_epoch = self.epoch
            self.counter = 0
            return True
        self.counter += 1
        if self.counter >= self.patience:
            self.stop = True
        return False


def fit(model, train_epoch, validate, max_epochs, patience, min_delta=0.0):
    early = EarlyStopping(patience, min_delta)
    losses, best = [], {}
    for _ in range(max_epochs):
        train_epoch(model)
        losses.append(validate(model))
        if early.update(losses[-1]):
            best = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        if early.stop:
            break
    model.load_state_dict(best, strict=False)
    return losses
