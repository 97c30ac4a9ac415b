"""The same question asked badly, for a flag, and asked well, for values.

A flag can be forged: the answers under submissions/ that do so show what it is worth.
"""

import torch

from torchgrade.authoring import alternative, close, layout, misconception, probe, refuses, title


@misconception("cut", "clone() copies the numbers but stays in the graph.")
def cloned(x):
    return torch.as_tensor(x).clone()


@alternative("cut")
def by_data(x):
    if isinstance(x, list):
        raise ValueError("not a tensor")
    return x.data


@alternative("cut")
def by_view(x):
    if isinstance(x, list):
        raise ValueError("not a tensor")
    return x.detach().view_as(x)


@probe
def told(student, x):
    y = student.cut(x.requires_grad_())
    return not y.requires_grad and y.data_ptr() == x.data_ptr()


@probe
def shown(student, x, weight, factor):
    y = student.cut(x.requires_grad_())
    (weight * y * x).sum().backward()
    y.data.mul_(factor)
    return x.grad, x.detach()


@title("A flag")
def test_flag(student, rand):
    assert student.run(told, rand(3)), "it is not cut off"


@title("A layout that was told")
def test_layout(student, rand):
    x = rand(3, requires_grad=True)
    y = student.cut(x)
    close(y, x)
    assert not layout(y).requires_grad, "it is not cut off"


@title("Values")
def test_values(student, rand):
    x, weight, factor = rand(3), rand(3), rand.uniform(2, 3, 3)
    close(student.run(shown, x, weight, factor), (weight * x, x * factor))


@title("A refusal, and nothing else")
def test_refusal(student, rand):
    with refuses(ValueError):
        student.cut([1.0, 2.0])
