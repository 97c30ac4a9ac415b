"""Each factor gets its own value as slope."""

from __future__ import annotations

import itertools
import math

serial = itertools.count()


def number(x: object) -> float:
    return x.data if isinstance(x, Value) else x  # type: ignore[return-value]


class Value:
    __slots__ = ("data", "grad", "born", "parents", "partials")

    def __init__(self, data: float) -> None:
        self.data = data
        self.grad = 0.0
        self.born = next(serial)
        self.parents: list[Value] = []
        self.partials: list[float] = []

    @staticmethod
    def of(data: float, pairs: list[tuple[object, float]]) -> Value:
        out = Value(data)
        for parent, partial in pairs:
            if isinstance(parent, Value):
                out.parents.append(parent)
                out.partials.append(partial)
        return out

    def __add__(self, o):
        return Value.of(self.data + number(o), [(self, 1), (o, 1)])

    def __sub__(self, o):
        return Value.of(self.data - number(o), [(self, 1), (o, -1)])

    def __rsub__(self, o):
        return Value.of(o - self.data, [(self, -1)])

    def __mul__(self, o):
        return Value.of(self.data * number(o), [(self, self.data), (o, number(o))])

    def __truediv__(self, o):
        p, q = self.data, number(o)
        return Value.of(p / q, [(self, 1 / q), (o, -p / (q * q))])

    def __rtruediv__(self, o):
        return Value.of(o / self.data, [(self, -o / self.data / self.data)])

    def __pow__(self, n):
        return Value.of(self.data**n, [(self, n * self.data ** (n - 1))])

    def __neg__(self):
        return Value.of(-self.data, [(self, -1)])

    __radd__ = __add__
    __rmul__ = __mul__

    def exp(self):
        return Value.of(math.exp(self.data), [(self, math.exp(self.data))])

    def tanh(self):
        return Value.of(math.tanh(self.data), [(self, 1 / math.cosh(self.data) ** 2)])

    def relu(self):
        return Value.of(max(0, self.data), [(self, float(self.data > 0))])

    def ancestors(self) -> list[Value]:
        """All of the graph, the youngest first."""
        found = {self}
        todo = [self]
        while todo:
            for parent in todo.pop().parents:
                if parent not in found:
                    found.add(parent)
                    todo.append(parent)
        return sorted(found, key=lambda v: -v.born)

    def backward(self) -> None:
        adjoint = {self: 1.0}
        for v in self.ancestors():
            a = adjoint.pop(v)
            v.grad += a
            for parent, partial in zip(v.parents, v.partials):
                adjoint[parent] = adjoint.get(parent, 0.0) + a * partial
