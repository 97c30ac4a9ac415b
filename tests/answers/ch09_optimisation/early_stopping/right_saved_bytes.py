"""Checkpoints in memory with torch.save; the rule counts down."""

import io

import torch


class EarlyStopping(object):
    def __init__(self, patience, min_delta=0.0):
        if not (patience >= 1 and min_delta >= 0):
            raise ValueError((patience, min_delta))
        self.p, self.d = patience, min_delta
        self.left = patience
        self.seen = 0
        self.best_loss, self.best_epoch = float("inf"), None

    @property
    def stop(self):
        return self.left <= 0

    def update(self, loss):
        better = bool(loss + self.d < self.best_loss)
        if better:
            self.best_epoch, self.best_loss = self.seen, loss
        self.left = self.p if better else self.left - 1
        self.seen += 1
        return better


def fit(model, train_epoch, validate, max_epochs, patience, min_delta=0.0):
    def checkpoint():
        file = io.BytesIO()
        torch.save(model.state_dict(), file)
        return file

    rule, file, losses = EarlyStopping(patience, min_delta), checkpoint(), []
    while len(losses) < max_epochs:
        train_epoch(model)
        losses.append(validate(model))
        if rule.update(losses[-1]):
            file = checkpoint()
        if rule.stop:
            break
    file.seek(0)
    model.load_state_dict(torch.load(file))
    return losses
