import math
from dataclasses import dataclass, field


@dataclass
class EarlyStopping:
    patience: int
    min_delta: float = 0.0
    best_loss: float = math.inf
    best_epoch: int = None
    history: list = field(default_factory=list, repr=False)

    def __post_init__(self):
        if self.patience <= 0 or self.min_delta < 0:
            raise ValueError("patience must be >= 1 and min_delta >= 0")

    @property
    def stop(self):
        last = self.history[-self.patience :]
        return len(last) == self.patience and not any(last)

    def update(self, loss):
        gain = math.inf if self.best_epoch is None else self.best_loss - loss
        better = math.isfinite(loss) and gain > self.min_delta
        if better:
            self.best_loss = loss
            self.best_epoch = len(self.history)
        self.history.append(better)
        return better


class Snapshot:
    """Parameters and buffers by hand, without state_dict."""

    def __init__(self, model):
        self.model = model
        self.take()

    def tensors(self):
        yield from self.model.parameters()
        yield from self.model.buffers()

    def take(self):
        self.values = [tensor.detach().clone() for tensor in self.tensors()]

    def restore(self):
        for tensor, value in zip(self.tensors(), self.values):
            tensor.data = value


def fit(model, train_epoch, validate, max_epochs, patience, min_delta=0.0):
    rule, snapshot = EarlyStopping(patience, min_delta), Snapshot(model)
    losses = []
    try:
        for _ in range(max_epochs):
            train_epoch(model)
            loss = validate(model)
            losses.append(loss)
            if rule.update(loss):
                snapshot.take()
            if rule.stop:
                return losses
        return losses
    finally:
        snapshot.restore()
