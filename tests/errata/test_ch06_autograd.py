"""What the notes say of automatic differentiation, and what this version of PyTorch does."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional


def test_gradient_memory() -> None:
    """No gradient has memory before the first pass, nor after zero_grad()."""
    layer = torch.nn.Linear(3, 1)
    assert layer.weight.requires_grad
    assert layer.weight.grad is None
    layer(torch.ones(3)).backward()
    first = layer.weight.grad
    layer(torch.ones(3)).backward()
    assert layer.weight.grad is first
    layer.zero_grad()
    assert layer.weight.grad is None
    layer(torch.ones(3)).backward()
    assert layer.weight.grad is not first


def test_second_backward() -> None:
    """The second backward() fails; with the graph kept, gradients add up."""
    x = torch.arange(4.0, requires_grad=True)
    y = 2 * torch.dot(x, x)
    y.backward()
    with pytest.raises(RuntimeError, match="second time"):
        y.backward()
    x.grad = None
    y = 2 * torch.dot(x, x)
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad is not None
    assert x.grad.tolist() == [0, 8, 16, 24]


def test_sum_over_the_batch() -> None:
    """The sum over the examples is there without adding to any .grad."""
    w, batch = torch.tensor(2.0, requires_grad=True), torch.tensor([1.0, 3.0, 5.0])
    (together,) = torch.autograd.grad((w * batch).sum(), w)
    assert w.grad is None
    single = [torch.autograd.grad(w * example, w)[0] for example in batch]
    assert together == sum(single) == 9


def test_detach_example() -> None:
    """Both examples one after the other, as printed."""
    x = torch.arange(1.0, 10, 2, requires_grad=True)
    y = x * x
    z = y * x
    z.backward(torch.ones(len(x)))
    y = x * x
    z = y.detach() * x
    z.backward(torch.ones(len(x)))
    assert x.grad is not None
    assert x.grad.tolist() == [4, 36, 100, 196, 324]


def notes_function(a: Tensor) -> Tensor:
    """The function of the notes."""
    b = a * 2
    while b.norm() < 1000:
        b = b * 2
    return b if b.sum() > 0 else 100 * b


def test_equal_slopes() -> None:
    """The two slopes are close, but not always equal, and not there for vectors."""
    equal = []
    for step in range(340, 420):
        a = torch.tensor(-step / 1000, requires_grad=True)
        d = notes_function(a)
        d.backward()
        assert a.grad is not None
        assert torch.isclose(a.grad, d / a)
        equal.append(bool(a.grad == d / a))
    assert not all(equal)
    a = torch.tensor([0.0, 3.0], requires_grad=True)
    d = notes_function(a)
    with pytest.raises(RuntimeError, match="scalar"):
        d.backward()
    assert (d / a).isnan().any()


def test_doubling_zero() -> None:
    """However often zero is doubled, its norm stays below 1000."""
    b = torch.zeros(()) * 2
    for _ in range(10_000):
        b = b * 2
    assert b.norm() == 0


def test_results_without_grad_fn() -> None:
    """Results of operations on a tensor that requires gradients, and yet without history."""
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    assert (x * x).grad_fn is not None
    with torch.no_grad():
        unrecorded = x * x
    for result in (x > 1, x.argmax(), x.long(), x.detach(), unrecorded, torch.ones(2) * 3):
        assert result.grad_fn is None
        assert not result.requires_grad


def test_leaves() -> None:
    """Leaves that require no gradients, or that an operation has made."""
    plain = torch.ones(2)
    assert plain.is_leaf
    assert (plain * 3).is_leaf
    assert torch.ones(2, requires_grad=True).detach().is_leaf
    assert not (torch.ones(2, requires_grad=True) * 3).is_leaf


def test_elementwise_square() -> None:
    """x * x is no number."""
    x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = x * x
    assert y.tolist() == [1, 4, 9]
    assert y.sum() == 14
    with pytest.raises(RuntimeError, match="scalar"):
        y.backward()


def test_backward_under_no_grad() -> None:
    """Gradients are computed under no_grad, and leaves made."""
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = (x * x).sum()
    with torch.no_grad():
        y.backward()
        made = torch.ones(2, requires_grad=True)
        assert not (made * 2).requires_grad
    assert made.requires_grad
    assert x.grad is not None
    assert x.grad.tolist() == [2, 4]


def test_torch_one() -> None:
    """There is no torch.one."""
    assert not hasattr(torch, "one")
    assert torch.ones(1).tolist() == [1]


def test_backward_of_softmax() -> None:
    """The first backward() fails already, retain_graph or not; a weight per element helps."""
    a = torch.rand(3, requires_grad=True)
    p = functional.softmax(a, dim=0)
    with pytest.raises(RuntimeError, match="scalar"):
        p.backward(retain_graph=True)
    p.backward(torch.tensor([0.0, 1.0, 0.0]))
    assert a.grad is not None


def test_backward_not_called() -> None:
    """Naming the method computes nothing, and the step does nothing."""
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1)
    loss = (w * w).sum()
    loss.backward  # noqa: B018  # as the notes have it
    optimizer.step()
    assert w.grad is None
    assert w.tolist() == [1, 2]
    loss.backward()
    optimizer.step()
    assert w.tolist() == pytest.approx([0.8, 1.6])
