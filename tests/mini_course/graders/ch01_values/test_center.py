"""A pure function, asked in cases; the library's own way is forbidden."""

import torch

from torchgrade.authoring import (
    alternative,
    cases,
    close,
    forbids,
    hidden,
    misconception,
    points,
    title,
)

pytestmark = forbids("mean")


@misconception(
    "center",
    "This subtracts the mean of all elements, whatever axis is asked for.",
    zh="这里减去的是全部元素的均值，与指定的维度无关。",
)
def one_mean_for_all(x, dim):
    return x - x.sum() / x.numel()


@misconception(
    "center",
    "This divides the sum by the number of all elements, not by the size of the axis.",
    zh="这里的和除以了全部元素的个数，而不是该维度的大小。",
)
def divided_by_all(x, dim):
    return x - x.sum(dim, keepdim=True) / x.numel()


@alternative("center")
def by_loop(x, dim):
    result = x.clone()
    for part in result.unbind(dim):
        part -= sum(x.unbind(dim)) / x.shape[dim]
    return result


@alternative("center")
def by_matrix(x, dim):
    n = x.shape[dim]
    matrix = torch.eye(n, dtype=x.dtype) - torch.ones(n, n, dtype=x.dtype) / n
    return (x.transpose(dim, -1) @ matrix).transpose(dim, -1)


@title("The mean along an axis is gone", zh="沿维度的均值被减去")
@points(2)
@cases("dim", [0, 1, -1])
def test_matrix(student, rand, dim):
    x = rand(3, 4)
    close(student.center(x, dim), x - x.mean(dim, keepdim=True))


@title("Three axes", zh="三个维度")
def test_three_axes(student, rand):
    x = rand(2, 3, 4)
    close(student.center(x, 1), x - x.mean(1, keepdim=True))


@title("Double precision", zh="双精度")
@hidden("Stay in the dtype of x.", zh="保持 x 的 dtype。")
def test_double(student, rand):
    x = rand(5, 2, dtype=torch.float64) + 1000
    close(student.center(x, 0), x - x.mean(0, keepdim=True), dtype=True)
