"""Several functions in one file, one of which the other may use."""

import torch

from torchgrade.authoring import alternative, close, hidden, misconception, title


@misconception("average", "This is the sum; nothing divides it.", zh="这是总和，没有做除法。")
def not_divided(x):
    return x.sum()


@misconception(
    "spread", "The denominator is n; for a sample it is n - 1.", zh="分母用了 n，样本应当用 n - 1。"
)
def denominator_n(x):
    return ((x - average(x)) ** 2).mean().sqrt()  # noqa: F821  # of the model answer


@misconception("spread", "This is the variance; take its root.", zh="这是方差，还要开平方。")
def root_forgotten(x):
    return ((x - average(x)) ** 2).sum() / (x.numel() - 1)  # noqa: F821  # of the model answer


@alternative("spread")
def library(x):
    return torch.std(x)


@alternative("average")
def by_loop(x):
    total = torch.zeros((), dtype=x.dtype)
    for value in x.flatten():
        total = total + value
    return total / x.numel()


@title("The mean", zh="均值")
def test_average(student, rand):
    x = rand(4, 3) + 2
    close(student.average(x), torch.mean(x))


@title("The spread", zh="离散程度")
def test_spread(student, rand, reference):
    x = rand(7)
    close(student.spread(x), reference(torch.std, x))


@title("A sample far from zero", zh="远离零的样本")
@hidden("Subtract the mean before you square.", zh="先减去均值，再平方。")
def test_far_from_zero(student, rand, reference):
    x = rand(6, dtype=torch.float64) * 3 + 1e6
    close(student.spread(x), reference.spread(x))
