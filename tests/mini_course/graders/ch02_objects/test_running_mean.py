"""A class, which only a probe can hold."""

from torchgrade.authoring import alternative, close, misconception, probe, title


@misconception(
    "RunningMean", "Only the last number counts here.", zh="这里只有最后一个数起作用。"
)
class LastOnly:
    def __init__(self):
        self.last = 0.0

    def update(self, x):
        self.last = x

    def value(self):
        return self.last


@misconception(
    "RunningMean",
    "Halving the sum with each new number gives old numbers less weight.",
    zh="每来一个新数就把和减半，旧数的权重会越来越小。",
)
class Halved:
    def __init__(self):
        self.mean = None

    def update(self, x):
        self.mean = x if self.mean is None else (self.mean + x) / 2

    def value(self):
        return 0.0 if self.mean is None else self.mean


@alternative("RunningMean")
class Incremental:
    def __init__(self):
        self.mean, self.count = 0.0, 0

    def update(self, x):
        self.count += 1
        self.mean += (x - self.mean) / self.count

    def value(self):
        return self.mean


@alternative("RunningMean")
class Listed:
    def __init__(self):
        self.seen = []

    def update(self, x):
        self.seen.append(x)

    def value(self):
        return sum(self.seen) / len(self.seen) if self.seen else 0.0


@probe
def means(student, numbers):
    running = student.RunningMean()
    values = [running.value()]
    for x in numbers:
        running.update(x)
        values.append(running.value())
    return values


@title("The mean after each number", zh="每个数之后的均值")
def test_means(student, rand):
    numbers = rand(5).tolist()
    expected = [0.0] + [sum(numbers[:n]) / n for n in range(1, 6)]
    close(student.run(means, numbers), expected)
