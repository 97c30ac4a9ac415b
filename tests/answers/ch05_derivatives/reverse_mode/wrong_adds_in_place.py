"""A number is added to the operand itself."""

import math


class Value:
    def __init__(self, data, _children=(), _op=""):
        self.data = data
        self.grad = 0.0
        self._prev = _children
        self._slopes = ()
        self._op = _op

    def __add__(self, other):
        if not isinstance(other, Value):
            self.data += other
            return self
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

    def backward(self):
        topo, seen, stack = [], set(), [(self, False)]
        while stack:
            v, done = stack.pop()
            if done:
                topo.append(v)
                continue
            if id(v) in seen:
                continue
            seen.add(id(v))
            stack.append((v, True))
            for p in v._prev:
                stack.append((p, False))
        adj = {id(v): 0.0 for v in topo}
        adj[id(self)] = 1.0
        for v in reversed(topo):
            v.grad += adj[id(v)]
            for p, s in zip(v._prev, v._slopes):
                adj[id(p)] += adj[id(v)] * s
