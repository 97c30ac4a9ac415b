"""Forward-mode automatic differentiation: numbers that carry their slope along."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence


class Dual:
    """A number with a slope: how fast it changes when the input changes."""

    def __init__(self, value: float, slope: float = 0.0) -> None:
        self.value = float(value)
        self.slope = float(slope)

    def __add__(self, other: Dual | float) -> Dual:
        return add(self, lift(other))

    def __radd__(self, other: float) -> Dual:
        return add(lift(other), self)

    def __sub__(self, other: Dual | float) -> Dual:
        return subtract(self, lift(other))

    def __rsub__(self, other: float) -> Dual:
        return subtract(lift(other), self)

    def __mul__(self, other: Dual | float) -> Dual:
        return multiply(self, lift(other))

    def __rmul__(self, other: float) -> Dual:
        return multiply(lift(other), self)

    def __truediv__(self, other: Dual | float) -> Dual:
        return divide(self, lift(other))

    def __rtruediv__(self, other: float) -> Dual:
        return divide(lift(other), self)

    def __pow__(self, exponent: float) -> Dual:
        return power(self, exponent)

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.slope)

    def exp(self) -> Dual:
        return exp(self)

    def sin(self) -> Dual:
        return sin(self)


def lift(x: Dual | float) -> Dual:
    """A plain number is a constant: it has no slope."""
    return x if isinstance(x, Dual) else Dual(x)


def add(x: Dual, y: Dual) -> Dual:
    return Dual(x.value + y.value, x.slope + y.slope)


def subtract(x: Dual, y: Dual) -> Dual:
    return Dual(x.value - y.value, x.slope - y.slope)


def multiply(x: Dual, y: Dual) -> Dual:
    return Dual(x.value * y.value, x.slope * y.value + x.value * y.slope)


def divide(x: Dual, y: Dual) -> Dual:
    slope = (x.slope * y.value - x.value * y.slope) / y.value**2
    return Dual(x.value / y.value, slope)


def power(x: Dual, n: float) -> Dual:
    outer = n * x.value ** (n - 1) if n != 0 else 0.0
    return Dual(x.value**n, outer * x.slope)


def exp(x: Dual) -> Dual:
    y = math.exp(x.value)
    return Dual(y, y * x.slope)


def sin(x: Dual) -> Dual:
    return Dual(math.sin(x.value), math.cos(x.value) * x.slope)


def derivative(f: Callable[[Dual], Dual | float], x: float) -> float:
    return lift(f(Dual(x, 1.0))).slope


def jvp(
    f: Callable[..., Sequence[Dual | float]], xs: Sequence[float], us: Sequence[float]
) -> tuple[list[float], list[float]]:
    results = [lift(y) for y in f(*[Dual(x, u) for x, u in zip(xs, us, strict=True)])]
    return [y.value for y in results], [y.slope for y in results]
