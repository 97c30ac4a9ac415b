import torch


class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        if patience <= 0:
            raise ValueError
        if min_delta < 0:
            raise ValueError
        self.best_loss = float("inf")
        self.best_epoch = None
        self.stop = False
        self._run = self._rule(patience, min_delta)
        next(self._run)

    def _rule(self, patience, delta):
        epoch, bad, verdict = 0, 0, None
        while True:
            loss = yield verdict
            verdict = bool(loss < self.best_loss - delta)
            bad = 0 if verdict else bad + 1
            if verdict:
                self.best_loss, self.best_epoch = loss, epoch
            self.stop = bad >= patience
            epoch += 1

    def update(self, loss):
        return self._run.send(loss)


def fit(model, train_epoch, validate, max_epochs, patience, min_delta=0.0):
    es = EarlyStopping(patience, min_delta)
    snap = lambda: [t.detach().clone() for t in model.state_dict().values()]
    best, out = snap(), []
    for _ in range(max_epochs):
        train_epoch(model)
        out += [validate(model)]
        if es.update(out[-1]):
            best = snap()
        if es.stop:
            break
    with torch.no_grad():
        for t, s in zip(model.state_dict().values(), best):
            t.copy_(s)
    return out
