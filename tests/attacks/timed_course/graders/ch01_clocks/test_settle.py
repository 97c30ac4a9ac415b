"""What is right, and how long it takes."""

import torch

from torchgrade.authoring import (
    alternative,
    close,
    inputs,
    misconception,
    naive,
    slowdown,
    timed,
    title,
)


@misconception("settle", "Eight steps, not seven.")
def one_step_less(x, w):
    for _ in range(7):
        x = torch.tanh(x @ w)
    return x.mean(0)


@alternative("settle")
def from_the_other_side(x, w):
    for _ in range(8):
        x = torch.tanh(w.T @ x.T).T
    return x.mean(0)


@naive("settle")
def row_by_row(x, w):
    for _ in range(8):
        x = torch.stack([torch.tanh(row @ w) for row in x])
    return x.mean(0)


@inputs
def state(size, generator):
    x = torch.rand(size, size, generator=generator) - 0.5
    return x, (torch.rand(size, size, generator=generator) - 0.5) * 4 / size**0.5


def settled(x, w):
    for _ in range(8):
        x = torch.tanh(x @ w)
    return x.mean(0)


@title("The mean state")
def test_values(student, rand, reference):
    for n in (4, 96):
        x, w = rand(n, n), rand(n, n) / n**0.5
        close(student.settle(x, w), reference(settled, x, w))


@timed
@title("Speed")
def test_speed(student):
    slowdown(student.settle, settled, state, sizes=[128], name="eight steps at once")
