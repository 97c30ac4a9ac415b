"""early_stopping: a rule that ends the training, and the best weights brought back."""

import math

import torch
from torch import nn

from torchgrade.authoring import (
    alternative,
    cases,
    close,
    hidden,
    misconception,
    points,
    probe,
    refuses,
    text,
    title,
)

# --- What goes wrong in the rule ----------------------------------------------------------------


class Rule:
    """A right rule in pieces, so that each mistake below shows only what it changes."""

    def __init__(self, patience, min_delta=0.0):
        if patience < 1 or min_delta < 0:
            raise ValueError("patience must be at least 1, min_delta at least 0")
        self.best_loss, self.best_epoch, self.stop = math.inf, None, False
        self.patience, self.min_delta, self.epoch, self.count = patience, min_delta, 0, 0

    def improves(self, loss):
        return loss < self.best_loss - self.min_delta

    def ends(self):
        return self.count >= self.patience

    def update(self, loss):
        improved = self.improves(loss)
        if improved:
            self.best_loss, self.best_epoch, self.count = loss, self.epoch, 0
        else:
            self.count += 1
        self.epoch += 1
        self.stop = self.ends()
        return improved


@misconception(
    "EarlyStopping",
    "Training stops one epoch too late: you wait until more than `patience` epochs brought no"
    " improvement. It ends with the epoch that makes the count reach `patience`.",
    zh="停得晚了一轮：你要等到没有改进的轮数超过 patience 才停。"
    "应当在计数达到 patience 的那一轮就停。",
)
class PatienceOneLate(Rule):
    def ends(self):
        return self.count > self.patience


@misconception(
    "EarlyStopping",
    "Training stops one epoch too early: the epoch of the improvement itself is counted. The count"
    " is 0 after an improvement and grows with the first epoch that brings none.",
    zh="停得早了一轮：你把有改进的那一轮也算进去了。"
    "刚有改进时计数是 0，遇到第一个没有改进的轮次才开始增加。",
)
class PatienceOneEarly(Rule):
    def ends(self):
        return self.count + 1 >= self.patience


@misconception(
    "EarlyStopping",
    "You count all epochs without improvement since the start. Patience is about epochs in a row:"
    " an improvement must set the count back to 0.",
    zh="你数的是从头到现在所有没有改进的轮次。耐心值说的是连续的轮次：一有改进，计数就要归零。",
)
class CountNeverReset(Rule):
    def update(self, loss):
        before = self.count
        improved = super().update(loss)
        self.count = before + (not improved)
        self.stop = self.ends()
        return improved


@misconception(
    "EarlyStopping",
    "Each loss is compared with the one before it. After a bad epoch, a slightly less bad one then"
    " looks like progress; the measure is the best loss so far.",
    zh="你拿每一轮的损失和上一轮比。这样一来，很差的一轮之后，稍微没那么差的一轮也像是进步；"
    "应当和迄今最好的损失比。",
)
class ComparedWithThePreviousEpoch(Rule):
    previous = math.inf

    def improves(self, loss):
        previous, self.previous = self.previous, loss
        return loss < previous - self.min_delta


@misconception(
    "EarlyStopping",
    "Your rule takes the larger value for the better one. That is right for an accuracy; a loss is"
    " better the smaller it is.",
    zh="你的规则把较大的值当成更好。准确率确实如此，但损失是越小越好。",
)
class LargerIsBetter(Rule):
    def __init__(self, patience, min_delta=0.0):
        super().__init__(patience, min_delta)
        self.best_loss = -math.inf

    def improves(self, loss):
        return loss > self.best_loss + self.min_delta


@misconception(
    "EarlyStopping",
    "A loss that only equals the mark is taken for an improvement. A model that learns nothing any"
    " more would train for ever: the loss must fall below best_loss - min_delta.",
    zh="损失刚好等于界限时，你也算作改进。那样的话，一个再也学不到东西的模型会一直训练下去："
    "损失必须低于 best_loss - min_delta 才行。",
)
class EqualIsImprovement(Rule):
    def improves(self, loss):
        return loss <= self.best_loss - self.min_delta


@misconception(
    "EarlyStopping",
    "min_delta isn't used: the smallest gain counts as an improvement, and noise in the loss keeps"
    " the training alive.",
    zh="没有用到 min_delta：再小的进步也算改进，于是损失里的噪声就能让训练一直继续下去。",
)
class MinDeltaIgnored(Rule):
    def improves(self, loss):
        return loss < self.best_loss


@misconception(
    "EarlyStopping",
    "min_delta has the wrong sign: a loss that is a little worse than the best passes for an"
    " improvement. A gain must be larger than min_delta to count.",
    zh="min_delta 的符号反了：比最好的损失还稍差一点的，也被当成了改进。"
    "进步的幅度要超过 min_delta 才算数。",
)
class MinDeltaAdded(Rule):
    def improves(self, loss):
        return loss < self.best_loss + self.min_delta


@misconception(
    "EarlyStopping",
    "best_loss moves down with every small gain, although these gains are no improvements. So a"
    " loss that falls slowly but steadily never gets past min_delta: measure from the last"
    " improvement.",
    zh="每次小幅进步都让 best_loss 跟着下移，尽管这些进步并不算改进。"
    "于是缓慢而稳定下降的损失永远迈不过 min_delta：应当从最近一次改进算起。",
)
class MarkCreepsAlong(Rule):
    def update(self, loss):
        improved = super().update(loss)
        self.best_loss = min(self.best_loss, loss)
        return improved


@misconception(
    "EarlyStopping",
    "You ask whether the loss is no better, and take everything else for an improvement. Every"
    " comparison with NaN is false, so NaN becomes the best loss. Ask whether the loss is better.",
    zh="你判断的是“损失没有变好”，剩下的一律当作改进。但任何与 NaN 的比较都为假，"
    "NaN 就成了最佳损失。应当判断“损失变好了”。",
)
class NanIsImprovement(Rule):
    def improves(self, loss):
        return not loss >= self.best_loss - self.min_delta


# --- What goes wrong with the weights -----------------------------------------------------------


@misconception(
    "fit",
    "The model that was handed in ends with the weights of the last epoch. The best ones must be"
    " written back into that very model; a copy under a local name doesn't reach the caller.",
    zh="传进来的模型最后留下的是最末一轮的权重。必须把最佳权重写回这个模型本身；"
    "局部变量名下的副本，调用者是看不到的。",
)
def last_weights_kept(model, train_epoch, validate, max_epochs, patience, min_delta=0.0):
    stopper, losses = EarlyStopping(patience, min_delta), []
    while len(losses) < max_epochs and not stopper.stop:
        train_epoch(model)
        losses.append(validate(model))
        stopper.update(losses[-1])
    return losses


@misconception(
    "fit",
    "What you kept are not the best weights but the live ones: state_dict() hands out the model's"
    " own memory, in which the next epoch goes on training. A copy has to be made at that moment.",
    zh="你留住的不是最佳权重，而是还在变的权重：state_dict() 给出的就是模型自己的内存，"
    "下一轮训练会继续在里面改。必须当场复制一份。",
)
def live_weights_kept(model, train_epoch, validate, max_epochs, patience, min_delta=0.0):
    stopper, losses, best = EarlyStopping(patience, min_delta), [], model.state_dict()
    while len(losses) < max_epochs and not stopper.stop:
        train_epoch(model)
        losses.append(validate(model))
        if stopper.update(losses[-1]):
            best = model.state_dict()
    model.load_state_dict(best)
    return losses


@misconception(
    "fit",
    "The parameters came back, the buffers did not. A BatchNorm layer with the best weights and the"
    " running statistics of another epoch is a model that was never validated: state_dict() has"
    " both.",
    zh="参数恢复了，缓冲区却没有。BatchNorm 层若是权重来自最佳一轮、滑动统计量来自另一轮，"
    "就成了一个从未验证过的模型：state_dict() 里两者都有。",
)
def buffers_left_behind(model, train_epoch, validate, max_epochs, patience, min_delta=0.0):
    stopper, losses = EarlyStopping(patience, min_delta), []
    best = [parameter.detach().clone() for parameter in model.parameters()]
    while len(losses) < max_epochs and not stopper.stop:
        train_epoch(model)
        losses.append(validate(model))
        if stopper.update(losses[-1]):
            best = [parameter.detach().clone() for parameter in model.parameters()]
    for parameter, value in zip(model.parameters(), best, strict=True):
        parameter.data.copy_(value)
    return losses


@misconception(
    "fit",
    "The best weights come back only if patience ran out. When max_epochs ends the training first,"
    " the model keeps the weights of the last epoch.",
    zh="只有耐心耗尽时，最佳权重才会恢复。如果先到了 max_epochs，模型里仍是最末一轮的权重。",
)
def restored_only_when_stopped(model, train_epoch, validate, max_epochs, patience, min_delta=0.0):
    stopper, losses = EarlyStopping(patience, min_delta), []
    best = copy.deepcopy(model.state_dict())
    for _ in range(max_epochs):
        train_epoch(model)
        losses.append(validate(model))
        if stopper.update(losses[-1]):
            best = copy.deepcopy(model.state_dict())
        if stopper.stop:
            model.load_state_dict(best)
            break
    return losses


@misconception(
    "fit",
    "When no epoch is an improvement you have nothing to go back to, and the model keeps what the"
    " failed training left. Make the first copy before the first epoch.",
    zh="如果没有任何一轮算改进，你就没有可以退回的权重，模型里留下的是失败的训练结果。第一份副本要在第一轮之前就做好。",
)
def no_copy_of_the_start(model, train_epoch, validate, max_epochs, patience, min_delta=0.0):
    stopper, losses, best = EarlyStopping(patience, min_delta), [], None
    while len(losses) < max_epochs and not stopper.stop:
        train_epoch(model)
        losses.append(validate(model))
        if stopper.update(losses[-1]):
            best = copy.deepcopy(model.state_dict())
    if best is not None:
        model.load_state_dict(best)
    return losses


# --- Other ways to be right ---------------------------------------------------------------------


@alternative("EarlyStopping")
class WholeHistory:
    """Keeps every loss and works out the rest when asked."""

    def __init__(self, patience, min_delta=0.0):
        if patience < 1 or min_delta < 0:
            raise ValueError("patience and min_delta")
        self.patience, self.min_delta, self.losses = patience, min_delta, []

    def improvements(self):
        found = []
        for epoch, loss in enumerate(self.losses):
            if loss < (self.losses[found[-1]] if found else math.inf) - self.min_delta:
                found.append(epoch)
        return found

    @property
    def best_epoch(self):
        return max(self.improvements(), default=None)

    @property
    def best_loss(self):
        return math.inf if self.best_epoch is None else self.losses[self.best_epoch]

    @property
    def stop(self):
        since = -1 if self.best_epoch is None else self.best_epoch
        return len(self.losses) - 1 - since >= self.patience

    def update(self, loss):
        self.losses.append(loss)
        return self.best_epoch == len(self.losses) - 1


@alternative("EarlyStopping")
class PatienceLeft:
    """Counts down instead of up."""

    def __init__(self, patience, min_delta=0.0):
        if patience < 1 or min_delta < 0:
            raise ValueError("patience and min_delta")
        self.patience = self.left = patience
        self.min_delta, self.epoch = min_delta, -1
        self.best_loss, self.best_epoch, self.stop = float("inf"), None, False

    def update(self, loss):
        self.epoch += 1
        if self.best_loss - loss > self.min_delta:
            self.best_loss, self.best_epoch, self.left = loss, self.epoch, self.patience
            return True
        self.left -= 1
        self.stop = self.left == 0
        return False


@alternative("fit")
def model_copied_as_a_whole(model, train_epoch, validate, max_epochs, patience, min_delta=0.0):
    best_model, best_loss, bad, losses = copy.deepcopy(model), math.inf, 0, []
    while len(losses) < max_epochs and bad < patience:
        train_epoch(model)
        loss = validate(model)
        losses.append(loss)
        bad += 1
        if loss < best_loss - min_delta:
            best_model, best_loss, bad = copy.deepcopy(model), loss, 0
    model.load_state_dict(best_model.state_dict())
    return losses


@alternative("fit")
def tensors_cloned(model, train_epoch, validate, max_epochs, patience, min_delta=0.0):
    stopper = EarlyStopping(patience, min_delta)
    best = {name: value.clone() for name, value in model.state_dict().items()}
    losses = []
    for _ in range(max_epochs):
        train_epoch(model)
        losses += [validate(model)]
        if stopper.update(losses[-1]):
            for name, value in model.state_dict().items():
                best[name].copy_(value)
        if stopper.stop:
            break
    for name, value in model.state_dict().items():
        value.copy_(best[name])
    return losses


# --- The rule -----------------------------------------------------------------------------------


def curve(rand, *levels):
    """Losses of random height and spacing, and that spacing: ``levels`` says how they compare.

    Where a test is about the end, the curve goes on for a while after it without improvement,
    so that one epoch too late differs from two, and from never.

    They have four decimals, for the sake of whoever reads them in a report. min_delta should be
    no whole number of steps, since only luck decides how such a tie is rounded.
    """
    floor, step = 5 * int(rand.ints(600, 1800)) + 1, 5 * int(rand.ints(60, 200))
    return [(floor + level * step) / 10_000 for level in levels], step / 10_000


@probe
def watch(student, losses, patience, min_delta=None):
    stopper = student.EarlyStopping(patience, *([] if min_delta is None else [min_delta]))
    seen = {
        "update": [],
        "best_loss": [stopper.best_loss],
        "best_epoch": [stopper.best_epoch],
        "stop": [stopper.stop],
    }
    for loss in losses:
        if stopper.stop:
            break
        seen["update"].append(stopper.update(loss))
        seen["best_loss"].append(stopper.best_loss)
        seen["best_epoch"].append(stopper.best_epoch)
        seen["stop"].append(stopper.stop)
    return seen


@title("The best epoch so far is remembered", zh="记住迄今最好的一轮")
def test_best_so_far(student, rand):
    losses, _ = curve(rand, 8, 9, 6, 7, 7, 3, 5, 4)
    best = [0, 0, 2, 2, 2, 5, 5, 5]
    close(
        student.run(watch, losses, 4),
        {
            "update": [True, False, True, False, False, True, False, False],
            "best_loss": [math.inf, *(losses[epoch] for epoch in best)],
            "best_epoch": [None, *best],
            "stop": [False] * 9,
        },
    )


@title("Patience ends with the epoch that uses it up", zh="耐心用完的那一轮就停止")
@points(3)
@cases("patience, epochs", [(1, 2), (2, 7), (3, 13)])
def test_patience(student, rand, reference, patience, epochs):
    losses, _ = curve(rand, 16, 17, 12, 15, 11, 13, 12, 7, 8, 6, 9, 10, 8, 2, 1, 3, 4, 5, 9)
    seen = student.run(watch, losses, patience, 0.0)
    note = text(f"This training should have {epochs} epochs.", zh=f"这次训练应当进行 {epochs} 轮。")
    close(seen["stop"], [False] * epochs + [True], note=note)
    close(seen, reference.run(watch, losses, patience, 0.0))


@title("An equal loss is no improvement", zh="损失相等不算改进")
@points(2)
def test_plateau(student, rand, reference):
    losses, _ = curve(rand, 6, 9, 4, 4, 3, 3, 2, 3, 2, 2, 2, 3, 2, 1)
    close(student.run(watch, losses, 3, 0.0), reference.run(watch, losses, 3, 0.0))


@title("Only a gain of more than `min_delta` counts", zh="进步超过 `min_delta` 才算数")
@points(2)
def test_min_delta(student, rand, reference):
    losses, step = curve(rand, 17, 20, 15, 14, 13, 11, 12, 10, 11, 10, 12, 11, 4)
    deltas = [1.5 * step, 2.5 * step]
    results = [student.run(watch, losses, 3, delta) for delta in deltas]
    for result, delta in zip(results, deltas, strict=True):
        close(result, reference.run(watch, losses, 3, delta))


@title("Slow but steady is progress", zh="缓慢而稳定也是进步")
@hidden(
    "Let the loss fall by 0.02 in every epoch, with min_delta = 0.05 and patience = 3. How far has"
    " it come since the last improvement, and does your rule measure from there?",
    zh="让损失每轮下降 0.02，取 min_delta = 0.05、patience = 3。"
    "自最近一次改进以来一共降了多少？你的规则是从那里算起的吗？",
)
def test_slow_progress(student, rand, reference):
    losses, step = curve(rand, 18, 22, 21, 14, 13, 17, 12, 11, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2)
    close(
        student.run(watch, losses, 4, 2.5 * step),
        reference.run(watch, losses, 4, 2.5 * step),
    )


@title("A loss of NaN is never an improvement", zh="损失为 NaN 永远不算改进")
@points(2)
def test_nan(student, rand, reference):
    (a, b, c, d, e, f, g), _ = curve(rand, 7, 9, 8, 5, 3, 4, 1)
    nan, inf = math.nan, math.inf
    curves = [
        [a, b, c, nan, d, nan, e, nan, nan, f, d, f, nan, d, g],
        [nan, inf, nan, nan, nan, inf, nan, g],
    ]
    results = [student.run(watch, losses, 4, 0.0) for losses in curves]
    for result, losses in zip(results, curves, strict=True):
        close(result, reference.run(watch, losses, 4, 0.0))


@title("Senseless arguments are refused", zh="不合理的参数会被拒绝")
def test_refusals(student, rand, reference):
    losses, step = curve(rand, 8, 9, 5, 6, 7, 8, 6, 7, 1)
    for patience, min_delta in [(0, 0.0), (-2, 0.0), (2, -step)]:
        with refuses(ValueError):
            student.run(watch, losses, patience, min_delta)
    close(student.run(watch, losses, 2, 0.5 * step), reference.run(watch, losses, 2, 0.5 * step))


# --- The weights --------------------------------------------------------------------------------


@probe
def replay(student, losses, weights, biases, means, max_epochs, patience, min_delta=None):
    """A training that was recorded: epoch e puts in row e + 1 and then has loss e.

    Row 0 is the model before training. Returns the list that came back and what is in the model.
    """
    model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    parameters = list(model.parameters())

    def put(model, row):
        linear, norm = model
        with torch.no_grad():
            linear.weight.copy_(weights[row])
            norm.running_mean.copy_(means[row])
        # Half the world updates in place, the other half writes p.data = p.data - lr * p.grad. Only
        # with both can one tell what was kept alive from what was never brought back.
        linear.bias.data = biases[row].clone()

    epochs = 0

    def train_epoch(model):
        nonlocal epochs
        epochs = min(epochs + 1, len(losses))
        put(model, epochs)

    def validate(model):
        return losses[max(epochs, 1) - 1]

    put(model, 0)
    given = [] if min_delta is None else [min_delta]
    returned = student.fit(model, train_epoch, validate, max_epochs, patience, *given)
    return {
        "losses": returned,
        "weight": parameters[0].detach(),
        "bias": parameters[1].detach(),
        "running_mean": model.state_dict()["1.running_mean"],
    }


def recording(rand, losses):
    rows = len(losses) + 1
    return losses, rand(rows, 2, 3), rand(rows, 2), rand(rows, 2)


def rows_of(record, epochs, best):
    """What `replay` returns for a right answer: ``epochs`` losses, weights of epoch ``best``."""
    losses, weights, biases, means = record
    return {
        "losses": losses[:epochs],
        "weight": weights[best + 1],
        "bias": biases[best + 1],
        "running_mean": means[best + 1],
    }


@title("fit brings back the best weights, not the last", zh="fit 恢复的是最佳权重，不是最后的")
@points(4)
def test_best_weights(student, rand):
    losses, _ = curve(rand, 7, 9, 5, 6, 4, 5, 6, 8, 7, 5, 2, 1)
    record = recording(rand, losses)
    close(student.run(replay, *record, 12, 2), rows_of(record, epochs=7, best=4))


@title("fit waits as long as `patience` says", zh="fit 等待的轮数由 `patience` 决定")
@points(2)
@cases("patience, epochs, best", [(1, 2, 0), (3, 10, 6)])
def test_fit_patience(student, rand, patience, epochs, best):
    losses, _ = curve(rand, 16, 17, 13, 15, 12, 14, 5, 10, 15, 14, 13, 16, 17, 18, 19)
    record = recording(rand, losses)
    close(student.run(replay, *record, 15, patience), rows_of(record, epochs, best))


@title("fit asks for a gain of more than `min_delta`", zh="fit 要求进步超过 `min_delta`")
def test_fit_min_delta(student, rand):
    losses, step = curve(rand, 17, 14, 13, 13, 9, 8, 3)
    record = recording(rand, losses)
    close(student.run(replay, *record, 7, 2, 1.5 * step), rows_of(record, epochs=4, best=1))


@title(
    "The best weights come back when `max_epochs` ends it, too",
    zh="因 `max_epochs` 而结束时，同样恢复最佳权重",
)
@points(2)
def test_max_epochs(student, rand):
    losses, _ = curve(rand, 6, 9, 8, 3, 4, 5, 7, 8, 6, 5, 1, 2)
    record = recording(rand, losses)
    by_patience = student.run(replay, *record, 12, 3)
    by_max_epochs = student.run(replay, *record, 5, 3)
    close(by_patience, rows_of(record, epochs=7, best=3))
    close(by_max_epochs, rows_of(record, epochs=5, best=3))


@title("A training that never improves leaves the model alone", zh="从未改进的训练不会改变模型")
@points(2)
def test_never_improves(student, rand):
    losses, _ = curve(rand, 7, 9, 4, 6, 5, 8, 6, 5, 2)
    record = recording(rand, losses)
    hopeless = recording(rand, [math.nan] * 7)
    improving, failing = student.run(replay, *record, 9, 2), student.run(replay, *hopeless, 7, 3)
    close(improving, rows_of(record, epochs=5, best=2))
    close(failing, rows_of(hopeless, epochs=3, best=-1))


@probe
def overfit(student, start, train_optimum, validation_optimum, max_epochs, patience, min_delta):
    """Descent towards one point that passes near another: the validation loss falls, then rises."""
    model = nn.Linear(4, 1)
    with torch.no_grad():
        model.weight.copy_(start)
        model.bias.zero_()
    held = list(model.parameters())  # for the whole training, as an optimiser holds them

    def distance(model, optimum):
        gap = torch.cat([model.weight - optimum, model.bias[None] - optimum.mean()], dim=1)
        return gap.square().sum()

    def train_epoch(model):
        for parameter in held:
            parameter.grad = None
        distance(model, train_optimum).backward()
        weight, bias = held
        if weight.grad is not None and bias.grad is not None:
            weight.data -= 0.03 * weight.grad
            bias.data = bias.data - 0.05 * bias.grad  # the two ways of `replay`

    def validate(model):
        with torch.no_grad():
            return distance(model, validation_optimum).item()

    losses = student.fit(model, train_epoch, validate, max_epochs, patience, min_delta)
    found = {"losses": losses, "loss afterwards": validate(model)}
    train_epoch(model)
    return {**found, "weight": model.weight.detach(), "bias": model.bias.detach()}


@title("A real training, one step beyond", zh="一次真实的训练，再多走一步")
@points(2)
@hidden(
    "After fit, the caller may go on training with the same optimiser. Do the parameters that it"
    " holds still belong to the model?",
    zh="fit 结束后，调用者可能会用同一个优化器继续训练。优化器手里的参数，还是模型的参数吗？",
)
def test_training(student, rand, reference):
    start, optimum = rand(1, 4), 4 + rand.uniform(0, 1, 1, 4)
    arguments = [start, optimum, 0.6 * optimum + 0.1 * rand(1, 4), 60, 3, 0.01]
    close(student.run(overfit, *arguments), reference.run(overfit, *arguments))
