"""Numbers, gradients and operands in three lists; a Value is a handle, and ints stay ints."""

import math
from functools import partialmethod

D, G, P = [], [], []


class Value:
    def __init__(self, data, parents=()):
        self.i = len(D)
        D.append(data)
        G.append(0.0)
        P.append(parents)

    @property
    def data(self):
        return D[self.i]

    @data.setter
    def data(self, d):
        D[self.i] = d

    @property
    def grad(self):
        return G[self.i]

    @grad.setter
    def grad(self, g):
        G[self.i] = g

    def __add__(self, o):
        if not isinstance(o, Value):
            return Value(self.data + o, {self.i: 1})
        if o is self:
            return Value(2 * self.data, {self.i: 2})
        return Value(self.data + o.data, {self.i: 1, o.i: 1})

    def __mul__(self, o):
        if not isinstance(o, Value):
            return Value(self.data * o, {self.i: o})
        if o.i == self.i:
            return self ** 2
        return Value(self.data * o.data, {self.i: o.data, o.i: self.data})

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self):
        return Value(0 - self.data, {self.i: -1})

    def __sub__(self, o):
        return -(-self + o)

    def __rsub__(self, o):
        return -self + o

    def __truediv__(self, o):
        if isinstance(o, Value):
            return self * o ** (-1)
        return self * (1 / o)

    def __rtruediv__(self, o):
        return self ** (-1.0) * o

    def __pow__(self, n):
        return Value(math.pow(self.data, n), {self.i: n * math.pow(self.data, n - 1)})

    def exp(self):
        y = math.exp(self.data)
        return Value(y, {self.i: y})

    def tanh(self):
        y = math.sinh(self.data) / math.cosh(self.data)
        return Value(y, {self.i: math.cosh(self.data) ** -2})

    def relu(self):
        return Value(self.data * (self.data > 0), {self.i: int(self.data > 0)})

    def backward(self):
        bar = {self.i: 1}
        for i in range(self.i, -1, -1):
            if i in bar:
                G[i] += bar[i]
                for j, slope in dict(P[i]).items():
                    bar[j] = bar.get(j, 0) + bar[i] * slope
