"""Recursion along every path, each with its own product of slopes."""

import math


class Value:
    def __init__(self, data, _children=(), _op=""):
        self.data = data
        self.grad = 0.0
        self._prev = _children
        self._slopes = ()
        self._op = _op

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")
        out._slopes = (1.0, 1.0)
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")
        out._slopes = (other.data, self.data)
        return out

    def __pow__(self, n):
        out = Value(self.data ** n, (self,), "**")
        out._slopes = (n * self.data ** (n - 1),)
        return out

    def __neg__(self):
        out = Value(-self.data, (self,), "neg")
        out._slopes = (-1.0,)
        return out

    def __sub__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data - other.data, (self, other), "-")
        out._slopes = (1.0, -1.0)
        return out

    def __truediv__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data / other.data, (self, other), "/")
        out._slopes = (1.0 / other.data, -self.data / other.data ** 2)
        return out

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return Value(other) - self

    def __rtruediv__(self, other):
        return Value(other) / self

    def exp(self):
        e = math.exp(self.data)
        out = Value(e, (self,), "exp")
        out._slopes = (e,)
        return out

    def tanh(self):
        t = math.tanh(self.data)
        out = Value(t, (self,), "tanh")
        out._slopes = (1 - t * t,)
        return out

    def relu(self):
        out = Value(self.data if self.data > 0 else 0.0, (self,), "relu")
        out._slopes = (1.0 if self.data > 0 else 0.0,)
        return out

    def backward(self, g=1.0):
        self.grad += g
        for p, s in zip(self._prev, self._slopes):
            p.backward(g * s)
