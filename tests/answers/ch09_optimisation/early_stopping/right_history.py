import copy, math


class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        if patience < 1 or min_delta < 0:
            raise ValueError
        self.patience, self.min_delta, self.history, self.hits = patience, min_delta, [], []

    @property
    def best_epoch(self):
        return self.hits[-1] if self.hits else None

    @property
    def best_loss(self):
        return self.history[self.hits[-1]] if self.hits else float("inf")

    @property
    def stop(self):
        return len(self.history) - 1 - (self.hits[-1] if self.hits else -1) >= self.patience

    def update(self, loss):
        better = loss < self.best_loss - self.min_delta
        self.history.append(loss)
        if better:
            self.hits.append(len(self.history) - 1)
        return bool(better)


def fit(model, train_epoch, validate, max_epochs, patience, min_delta=0.0):
    rule, kept = EarlyStopping(patience, min_delta), copy.deepcopy(model.state_dict())
    for _ in range(max_epochs):
        train_epoch(model)
        if rule.update(validate(model)):
            kept = copy.deepcopy(model.state_dict())
        if rule.stop:
            break
    model.load_state_dict(kept)
    return rule.history
