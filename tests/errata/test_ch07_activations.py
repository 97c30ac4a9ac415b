"""What the notes say of activations and is not so, shown on the pinned version of PyTorch."""

from __future__ import annotations

import inspect
import math

import pytest
import torch
import torch.nn.functional as F


def slope(function: object, at: float) -> float:
    """What autograd takes for the derivative of ``function`` at a number."""
    assert callable(function)
    x = torch.tensor(at, requires_grad=True)
    function(x).backward()
    assert x.grad is not None
    return float(x.grad)


def test_relu_slope_at_zero() -> None:
    """ReLU and leaky ReLU take the derivative from the left at 0, not 1."""
    assert slope(torch.relu, 0.0) == 0.0
    assert slope(lambda x: F.leaky_relu(x, 0.25), 0.0) == 0.25
    assert slope(torch.relu, 1e-30) == 1.0


def test_relu_gradients_explode_and_vanish() -> None:
    """Gradients through ReLU grow or fade with the size of the weights."""
    generator = torch.Generator().manual_seed(0)
    ratios = []
    for scale in (0.5, 1.0, 2.0):
        x = torch.randn(16, 64, generator=generator, requires_grad=True)
        h = x
        for _ in range(20):
            weight = torch.randn(64, 64, generator=generator) * scale * math.sqrt(2 / 64)
            h = torch.relu(h @ weight)
        (gradient,) = torch.autograd.grad(h.sum(), x)
        ratios.append(float(gradient.norm()))
    vanished, level, exploded = ratios
    assert vanished < level / 1e4
    assert exploded > level * 1e4


def test_selu_has_a_kink() -> None:
    """SELU's slope jumps at 0; ELU's with alpha = 1 does not. ReLU itself is continuous."""
    assert slope(F.selu, -1e-7) == pytest.approx(1.7581, abs=1e-4)
    assert slope(F.selu, 1e-7) == pytest.approx(1.0507, abs=1e-4)
    assert slope(F.elu, -1e-7) == pytest.approx(slope(F.elu, 1e-7))
    tiny = torch.tensor([-1e-7, 0.0, 1e-7])
    assert float(torch.relu(tiny).max() - torch.relu(tiny).min()) < 1e-6


def test_inplace_is_spelt_with_n() -> None:
    """The argument is inplace."""
    for layer in (torch.nn.ReLU, torch.nn.LeakyReLU):
        with pytest.raises(TypeError):
            layer(implace=True)  # type: ignore[call-arg]  # the misspelling is the point
        assert "inplace" in inspect.signature(layer).parameters


def test_inplace_relu_changes_its_input() -> None:
    """nn.ReLU(inplace=True) overwrites x, F.relu(x) does not."""
    x = torch.tensor([-1.0, 2.0])
    assert F.relu(x).tolist() == [0.0, 2.0]
    assert x.tolist() == [-1.0, 2.0]
    torch.nn.ReLU(inplace=True)(x)
    assert x.tolist() == [0.0, 2.0]


def test_step_has_slope_zero_and_can_be_trained() -> None:
    """Off its jump the step has slope 0, and a straight-through gradient trains it."""
    x = torch.tensor([-1.0, 0.5], dtype=torch.float64)
    one = torch.ones((), dtype=torch.float64)
    quotient = (torch.heaviside(x + 1e-6, one) - torch.heaviside(x - 1e-6, one)) / 2e-6
    assert quotient.tolist() == [0.0, 0.0]

    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn(40, 2, generator=generator)
    labels = (inputs.sum(dim=1) > 0).float()
    w = torch.tensor([0.3, -0.3])
    right = []
    for _ in range(200):
        w.requires_grad_()
        z = inputs @ w
        line = z.clamp(-1, 1)
        output = (z >= 0).float() + line - line.detach()
        right.append(float(((output > 0.5) == (labels > 0.5)).float().mean()))
        (gradient,) = torch.autograd.grad(((output - labels) ** 2).mean(), w)
        w = (w - 0.2 * gradient).detach()
    assert right[0] < 0.7
    assert right[-1] > 0.95


def test_softmax_does_not_enlarge_ratios() -> None:
    """Softmax turns differences into ratios: a hundred to one may become 2.69 to one."""
    p = torch.softmax(torch.tensor([1.0, 0.01]), dim=0)
    assert float(p[0] / p[1]) == pytest.approx(math.exp(0.99), rel=1e-5)
    assert float(p[0] / p[1]) < 3
    # With the same difference the result is the same, whatever the ratio of the logits.
    shifted = torch.softmax(torch.tensor([100.0, 99.01]), dim=0)
    assert shifted.tolist() == pytest.approx(p.tolist(), abs=1e-4)


def test_logarithm_of_softmax_is_not_cross_entropy() -> None:
    """log(softmax) followed by nll_loss is infinite where cross_entropy is finite."""
    # Of the size that x @ w.t() has for standard normal x and w with 784 columns.
    generator = torch.Generator().manual_seed(0)
    x, w = torch.randn(200, 784, generator=generator), torch.randn(10, 784, generator=generator)
    logits = x @ w.t()
    labels = logits.argmin(dim=1)
    in_two_steps = F.nll_loss(torch.log(F.softmax(logits, dim=1)), labels)
    assert torch.isinf(in_two_steps)
    assert torch.isfinite(F.cross_entropy(logits, labels))
    assert torch.allclose(
        F.nll_loss(F.log_softmax(logits, dim=1), labels), F.cross_entropy(logits, labels)
    )


def test_dangling_assignment() -> None:
    """The listing of the softmax gradient holds an assignment without a right side."""
    with pytest.raises(SyntaxError):
        compile("c=\np=1\n", "listing", "exec")
    a = torch.tensor([0.1, 0.5, 0.9], requires_grad=True)
    p = F.softmax(a, dim=0)
    with pytest.raises(RuntimeError, match="scalar"):
        p.backward()
    (first,) = torch.autograd.grad(p[1], [a], retain_graph=True)
    (second,) = torch.autograd.grad(p[2], [a])
    assert first[1] > 0 > first[0]
    assert second[2] > 0 > second[1]
