"""Reverse-mode automatic differentiation on single numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TypeAlias

# An operation on plain numbers gives its result, and the slope of the result in each operand.
Outcome: TypeAlias = tuple[float, tuple[float, ...]]


def add(x: float, y: float) -> Outcome:
    return x + y, (1.0, 1.0)


def subtract(x: float, y: float) -> Outcome:
    return x - y, (1.0, -1.0)


def multiply(x: float, y: float) -> Outcome:
    return x * y, (y, x)


def divide(x: float, y: float) -> Outcome:
    return x / y, (1.0 / y, -x / y**2)


def power(x: float, n: float) -> Outcome:
    return x**n, (n * x ** (n - 1), 0.0)  # nobody asks for the slope in a constant


def negate(x: float) -> Outcome:
    return -x, (-1.0,)


def exp(x: float) -> Outcome:
    y = math.exp(x)
    return y, (y,)


def tanh(x: float) -> Outcome:
    y = math.tanh(x)
    return y, (1.0 - y**2,)


def relu(x: float) -> Outcome:
    return max(x, 0.0), (1.0 if x > 0 else 0.0,)


class Value:
    """A number that remembers how it was computed.

    ``edges`` has one (operand, slope) pair for each operand: slope is the derivative of this
    number with respect to that operand alone, as a plain number.
    """

    def __init__(self, data: float, edges: Iterable[tuple[Value, float]] = ()) -> None:
        self.data = float(data)
        self.grad = 0.0
        self.edges = tuple(edges)

    def __add__(self, other: Value | float) -> Value:
        return record(add, self, other)

    def __radd__(self, other: float) -> Value:
        return record(add, other, self)

    def __sub__(self, other: Value | float) -> Value:
        return record(subtract, self, other)

    def __rsub__(self, other: float) -> Value:
        return record(subtract, other, self)

    def __mul__(self, other: Value | float) -> Value:
        return record(multiply, self, other)

    def __rmul__(self, other: float) -> Value:
        return record(multiply, other, self)

    def __truediv__(self, other: Value | float) -> Value:
        return record(divide, self, other)

    def __rtruediv__(self, other: float) -> Value:
        return record(divide, other, self)

    def __pow__(self, exponent: float) -> Value:
        return record(power, self, exponent)

    def __neg__(self) -> Value:
        return record(negate, self)

    def exp(self) -> Value:
        return record(exp, self)

    def tanh(self) -> Value:
        return record(tanh, self)

    def relu(self) -> Value:
        return record(relu, self)

    def backward(self) -> None:
        propagate(self)


def record(operation: Callable[..., Outcome], *operands: Value | float) -> Value:
    """The result of an operation as a ``Value`` with edges to its operands."""
    values = [x if isinstance(x, Value) else Value(x) for x in operands]
    data, slopes = operation(*[value.data for value in values])
    return Value(data, zip(values, slopes, strict=True))


def uses_first(root: Value) -> list[Value]:
    """``root`` and all that it was computed from, each after every value that uses it.

    The reverse of a depth-first post-order, on a stack of its own, since a computation may be
    longer than Python's recursion limit.
    """
    finished: list[Value] = []
    seen: set[Value] = set()
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


def propagate(root: Value) -> None:
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
