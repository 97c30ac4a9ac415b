"""One test of each kind that a grader may hold."""

import torch

from torchgrade.authoring import (
    alternative,
    cases,
    close,
    forbids,
    hidden,
    misconception,
    points,
    probe,
    refuses,
    title,
)


@misconception("row_dot", "The sum ran down the columns; it must run along each row.")
def column_dot(x, w):
    return (x * w).sum(0)


@alternative("row_dot")
def one_row_at_a_time(x, w):
    return torch.stack([(row * w).sum() for row in x])


@alternative("root")
def half_power(x):
    if (x < 0).any():
        raise ValueError("an entry is negative")
    return x**0.5


@probe
def gradient(student, x, w):
    y = student.row_dot(x.requires_grad_(), w)
    y.square().sum().backward()
    return y.detach(), x.grad


@probe
def afterwards(student, x, amount):
    student.raise_by(x, amount)
    return x, amount


@title("Each row meets w")
def test_values(student, rand, reference):
    for n, k in [(3, 4), (5, 2), (4, 4)]:
        x, w = rand(n, k), rand(k)
        close(student.row_dot(x, w), reference(torch.mv, x, w))


# Before tests that are not hidden: what it saw must not come out of them.
@title("A larger case")
@hidden("Try rows of another length.")
@cases("rows, columns", [(6, 9)])
def test_hidden(student, rand, reference, rows, columns):
    x, w = rand(rows, columns), rand(columns)
    close(student.row_dot(x, w), reference(torch.mv, x, w))
    close(student.run(gradient, x, w), (x @ w, 2 * torch.outer(x @ w, w)))


@title("Without a matrix product")
@forbids("mv", "mm", "matmul", "Tensor.__matmul__", "einsum", "dot", "inner", "addmv", "linear")
def test_by_hand(student, rand, reference):
    x, w = rand(4, 3), rand(3)
    close(student.row_dot(x, w), reference(torch.mv, x, w))


@title("Gradients flow")
def test_gradient(student, rand, reference):
    x, w = rand(4, 3), rand(3)
    y = reference(torch.mv, x, w)
    close(student.run(gradient, x, w), (y, 2 * torch.outer(y, w)))


@title("In place")
def test_in_place(student, rand):
    x, amount = rand(2, 3), rand(2, 3)
    close(student.run(afterwards, x, amount), (x + amount, amount))


@title("Negative entries are refused")
@points(2)
def test_refusal(student, rand):
    x = rand(5).abs() + 0.1
    close(student.root(x), x.sqrt())
    with refuses(ValueError):
        student.root(-x)
    close(student.root(2 * x), (2 * x).sqrt())
