"""Reverse-mode automatic differentiation on single numbers."""

from __future__ import annotations

import math
from typing import Self


class Recorded:
    """The forward half: a number with the operands that it was computed from.

    ``edges`` has one (operand, slope) pair for each operand: slope is the derivative of this
    number with respect to that operand alone, as a plain number.
    """

    def __init__(self, data: float) -> None:
        self.data = float(data)
        self.grad = 0.0
        self.edges: tuple[tuple[Self, float], ...] = ()

    def result(self, data: float, *edges: tuple[Self, float]) -> Self:
        made = type(self)(data)
        made.edges = edges
        return made

    def wrap(self, other: Self | float) -> Self:
        return type(self)(other) if isinstance(other, (int, float)) else other

    def __add__(self, other: Self | float) -> Self:
        other = self.wrap(other)
        return self.result(self.data + other.data, (self, 1.0), (other, 1.0))

    def __sub__(self, other: Self | float) -> Self:
        other = self.wrap(other)
        return self.result(self.data - other.data, (self, 1.0), (other, -1.0))

    def __mul__(self, other: Self | float) -> Self:
        other = self.wrap(other)
        return self.result(self.data * other.data, (self, other.data), (other, self.data))

    def __truediv__(self, other: Self | float) -> Self:
        other = self.wrap(other)
        ratio = self.data / other.data
        return self.result(ratio, (self, 1.0 / other.data), (other, -ratio / other.data))

    def __radd__(self, other: float) -> Self:
        return self.wrap(other) + self

    def __rsub__(self, other: float) -> Self:
        return self.wrap(other) - self

    def __rmul__(self, other: float) -> Self:
        return self.wrap(other) * self

    def __rtruediv__(self, other: float) -> Self:
        return self.wrap(other) / self

    def __pow__(self, exponent: float) -> Self:
        slope = exponent * self.data ** (exponent - 1)
        return self.result(self.data**exponent, (self, slope))

    def __neg__(self) -> Self:
        return self.result(-self.data, (self, -1.0))

    def exp(self) -> Self:
        power = math.exp(self.data)
        return self.result(power, (self, power))

    def tanh(self) -> Self:
        squashed = math.tanh(self.data)
        return self.result(squashed, (self, 1.0 - squashed**2))

    def relu(self) -> Self:
        return self.result(max(self.data, 0.0), (self, 1.0 if self.data > 0 else 0.0))


def uses_first(root: Recorded) -> list[Recorded]:
    """``root`` and all that it was computed from, each after every value that uses it.

    The reverse of a depth-first post-order, on a stack of its own, since a computation may be
    longer than Python's recursion limit.
    """
    finished: list[Recorded] = []
    seen: set[Recorded] = set()
    stack = [(root, False)]
    while stack:
        node, operands_done = stack.pop()
        if operands_done:
            finished.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((operand, False) for operand, _ in reversed(node.edges))
    finished.reverse()
    return finished


def propagate(root: Recorded) -> None:
    """Add d root / d node to ``node.grad`` for every node of the graph.

    The flow of this pass is kept apart from ``grad``: what earlier passes left there must not
    be sent on a second time.
    """
    order = uses_first(root)
    flow = dict.fromkeys(order, 0.0)
    flow[root] = 1.0
    for node in order:
        node.grad += flow[node]
        for operand, slope in node.edges:
            flow[operand] += flow[node] * slope


class Value(Recorded):
    """A number that remembers how it was computed, and the backward half that uses it."""

    def backward(self) -> None:
        propagate(self)
