"""Reverse-mode automatic differentiation on single numbers."""

import math


class Value:
    """A number that remembers how it was computed."""

    def __init__(self, data, parents=()):
        self.data = float(data)
        self.grad = 0.0
        self.parents = parents
        self.send = lambda grad: ()  # what each parent gets, given my gradient

    def __add__(self, other):
        other = as_value(other)
        out = Value(self.data + other.data, (self, other))
        out.send = lambda grad: (grad, grad)
        return out

    def __sub__(self, other):
        other = as_value(other)
        out = Value(self.data - other.data, (self, other))
        out.send = lambda grad: (grad, -grad)
        return out

    def __mul__(self, other):
        other = as_value(other)
        out = Value(self.data * other.data, (self, other))
        out.send = lambda grad: (grad * other.data, grad * self.data)
        return out

    def __truediv__(self, other):
        other = as_value(other)
        out = Value(self.data / other.data, (self, other))
        out.send = lambda grad: (grad / other.data, -grad * self.data / other.data**2)
        return out

    def __radd__(self, other):
        return as_value(other) + self

    def __rsub__(self, other):
        return as_value(other) - self

    def __rmul__(self, other):
        return as_value(other) * self

    def __rtruediv__(self, other):
        return as_value(other) / self

    def __pow__(self, exponent):
        out = Value(self.data**exponent, (self,))
        out.send = lambda grad: (grad * exponent * self.data ** (exponent - 1),)
        return out

    def __neg__(self):
        out = Value(-self.data, (self,))
        out.send = lambda grad: (-grad,)
        return out

    def exp(self):
        out = Value(math.exp(self.data), (self,))
        out.send = lambda grad: (grad * out.data,)
        return out

    def tanh(self):
        out = Value(math.tanh(self.data), (self,))
        out.send = lambda grad: (grad * (1 - out.data**2),)
        return out

    def relu(self):
        out = Value(max(0.0, self.data), (self,))
        out.send = lambda grad: (grad if self.data > 0 else 0.0,)
        return out

    def backward(self):
        self.grad = 1.0
        for value in reversed(sort_graph(self)):
            for parent, grad in zip(value.parents, value.send(value.grad)):
                parent.grad = grad


def as_value(x):
    return x if isinstance(x, Value) else Value(x)


def sort_graph(last):
    """Operands before the values computed from them (without recursion: chains are long)."""
    order, opened, closed = [], set(), set()
    stack = [last]
    while stack:
        value = stack[-1]
        if value not in opened:
            opened.add(value)
            stack.extend(p for p in reversed(value.parents) if p not in opened)
        else:
            stack.pop()
            if value not in closed:
                closed.add(value)
                order.append(value)
    return order
