"""Pictures of chapter 7."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from pictures.kit import Picture, Plot

_SELU_SCALE = 1.0507009873554805
_SELU_ALPHA = 1.6732632423543772

# The experiment of exercise `saturation`: mean norms over 20 networks of 10 layers, 64 units each,
# batches of 32, torch.manual_seed(0); weights from N(0, 1/64), for ReLU from N(0, 2/64).
_NORMS: Final[dict[str, list[float]]] = {
    "sigmoid": [0.000169, 0.000415, 0.00173, 0.00716, 0.0307, 0.135, 0.551, 2.34, 10.2, 43.4],
    "tanh": [96.1, 90.4, 85.9, 84.3, 82, 79.8, 80.7, 80.5, 81.1, 81.4],
    "relu": [247, 246, 247, 241, 249, 252, 260, 247, 233, 237],
}


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def _elu(x: float, alpha: float, scale: float = 1.0) -> float:
    return scale * (x if x > 0 else alpha * math.expm1(x))


def _elu_slope(x: float, alpha: float, scale: float = 1.0) -> float:
    return scale * (1.0 if x > 0 else alpha * math.exp(x))


def _jump(plot: Plot, low: float, high: float, at: float = 0.0) -> None:
    """A dashed line where a graph jumps, the value taken there marked by a dot."""
    plot.picture.line([plot.at(at, low), plot.at(at, high)], colour="rule", dashed=True)


def relu_family() -> Picture:
    """Four functions side by side, each above its derivative; the dot is the one taken at 0."""
    picture = Picture(680, 300)
    graphs: list[tuple[str, Callable[[float], float], Callable[[float], float]]] = [
        ("ReLU", lambda x: max(0.0, x), lambda x: float(x > 0)),
        ("leaky, 0.2", lambda x: x if x > 0 else 0.2 * x, lambda x: 1.0 if x > 0 else 0.2),
        ("ELU, 1", lambda x: _elu(x, 1.0), lambda x: _elu_slope(x, 1.0)),
        (
            "SELU",
            lambda x: _elu(x, _SELU_ALPHA, _SELU_SCALE),
            lambda x: _elu_slope(x, _SELU_ALPHA, _SELU_SCALE),
        ),
    ]
    for place, (name, function, slope) in enumerate(graphs):
        x = 40 + 164 * place
        first = place == 0
        upper = picture.plot(
            x,
            30,
            130,
            110,
            across=(-3, 3),
            up=(-2, 3.2),
            ticks_up=(-2, 0, 2) if first else (),
        )
        lower = picture.plot(
            x,
            165,
            130,
            105,
            across=(-3, 3),
            up=(-0.1, 2),
            ticks_across=(-2, 0, 2),
            ticks_up=(0, 1, 2) if first else (),
        )
        picture.text(x + 65, 15, name, size=13, bold=True)
        picture.line([upper.at(-3, 0), upper.at(3, 0)], colour="rule", width=1)
        picture.line([lower.at(-3, 0), lower.at(3, 0)], colour="rule", width=1)
        upper.curve(function, colour="hue1", samples=241)
        left = [(step / 40 - 3, slope(step / 40 - 3)) for step in range(121)]
        right = slope(1.0)
        picture.line([lower.at(*point) for point in left], colour="hue2", width=2)
        picture.line([lower.at(0, right), lower.at(3, right)], colour="hue2", width=2)
        _jump(lower, *sorted((left[-1][1], right)))
        lower.dots([(0, left[-1][1])], colour="hue2")
    return picture


def sigmoid_tanh() -> Picture:
    """Sigmoid and tanh, and below them their slopes: 1/4 and 1 at 0."""
    picture = Picture(480, 330)
    upper = picture.plot(45, 20, 330, 150, across=(-6, 6), up=(-1.1, 1.1), ticks_up=(-1, 0, 0.5, 1))
    upper.curve(math.tanh, colour="hue2")
    upper.curve(_sigmoid, colour="hue1")
    picture.text(383, upper.at(0, 1.0)[1] - 2, "tanh(x)", colour="hue2", anchor="start", size=12)
    picture.text(
        383, upper.at(0, 1.0)[1] + 15, "sigmoid(x)", colour="hue1", anchor="start", size=12
    )
    lower = picture.plot(
        45,
        195,
        330,
        105,
        across=(-6, 6),
        up=(0, 1.05),
        ticks_across=(-6, -4, -2, 0, 2, 4, 6),
        ticks_up=(0, 0.25, 1),
    )
    lower.curve(lambda x: 1 - math.tanh(x) ** 2, colour="hue2")
    lower.curve(lambda x: _sigmoid(x) * _sigmoid(-x), colour="hue1")
    picture.text(383, lower.at(0, 0.75)[1], "1 - f**2", colour="hue2", anchor="start", size=12)
    picture.text(383, lower.at(0, 0.2)[1], "f * (1 - f)", colour="hue1", anchor="start", size=12)
    return picture


def step() -> Picture:
    """The step with four examples on it, and below it the slope of width 1 that is pretended."""
    picture = Picture(420, 250)
    upper = picture.plot(45, 20, 330, 90, across=(-3, 3), up=(-0.15, 1.2), ticks_up=(0, 1))
    picture.line([upper.at(-3, 0), upper.at(0, 0)], colour="hue1", width=2.5)
    picture.line([upper.at(0, 1), upper.at(3, 1)], colour="hue1", width=2.5)
    _jump(upper, 0, 1)
    upper.dots([(-2, 0), (-0.5, 0), (0.75, 1), (1, 1)], colour="hue3")
    lower = picture.plot(
        45,
        135,
        330,
        85,
        across=(-3, 3),
        up=(-0.1, 1.3),
        ticks_across=(-2, -1, 0, 1, 2),
        ticks_up=(0, 1),
    )
    picture.line([lower.at(-3, 0), lower.at(-1, 0)], colour="hue2", width=2.5)
    picture.line([lower.at(-1, 1), lower.at(1, 1)], colour="hue2", width=2.5)
    picture.line([lower.at(1, 0), lower.at(3, 0)], colour="hue2", width=2.5)
    for end in (-1.0, 1.0):
        _jump(lower, 0, 1, end)
    return picture


def saturation() -> Picture:
    """Norms of the gradient in ten layers, on a logarithmic scale."""
    picture = Picture(520, 280)
    plot = picture.plot(
        60,
        20,
        370,
        220,
        across=(0.5, 10.5),
        up=(-4, 3),
        ticks_across=tuple(range(1, 11)),
        ticks_up=(-4, -2, 0, 2),
        labels_up=("1e-4", "0.01", "1", "100"),
    )
    for name, colour in (("relu", "hue3"), ("tanh", "hue2"), ("sigmoid", "hue1")):
        points = [(layer + 1, math.log10(norm)) for layer, norm in enumerate(_NORMS[name])]
        plot.dots(points, colour=colour, joined=True)
        x, y = plot.at(*points[-1])
        picture.text(
            x + 10,
            y + (5 if name == "sigmoid" else -3),
            name,
            colour=colour,
            anchor="start",
            size=12,
        )
    return picture
