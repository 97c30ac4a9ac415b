import numpy as np
from dataclasses import dataclass, field


@dataclass(eq=False)
class Value:
    data: float
    grad: float = 0.0
    inputs: tuple = field(default=(), repr=False)
    slopes: tuple = field(default=(), repr=False)

    def __add__(self, o):
        return _op(np.add, self, o, lambda a, b: (1.0, 1.0))

    __radd__ = __add__

    def __mul__(self, o):
        return _op(np.multiply, self, o, lambda a, b: (b, a))

    __rmul__ = __mul__

    def __sub__(self, o):
        return _op(np.subtract, self, o, lambda a, b: (1.0, -1.0))

    def __rsub__(self, o):
        return _op(np.subtract, o, self, lambda a, b: (1.0, -1.0))

    def __truediv__(self, o):
        return _op(np.divide, self, o, lambda a, b: (1 / b, -a / b**2))

    def __rtruediv__(self, o):
        return _op(np.divide, o, self, lambda a, b: (1 / b, -a / b**2))

    def __neg__(self):
        return self * -1

    def __pow__(self, n):
        return Value(float(self.data) ** n, 0.0, (self,), (n * float(self.data) ** (n - 1),))

    def exp(self):
        y = float(np.exp(self.data))
        return Value(y, 0.0, (self,), (y,))

    def tanh(self):
        y = float(np.tanh(self.data))
        return Value(y, 0.0, (self,), (1 - y**2,))

    def relu(self):
        return Value(
            float(np.maximum(self.data, 0)), 0.0, (self,), (float(np.heaviside(self.data, 0)),)
        )

    def backward(self):
        order, done, stack = [], set(), [(self, iter(self.inputs))]
        done.add(id(self))
        while stack:
            node, it = stack[-1]
            for p in it:
                if id(p) not in done:
                    done.add(id(p))
                    stack.append((p, iter(p.inputs)))
                    break
            else:
                order.append(node)
                stack.pop()
        part = {id(v): 0.0 for v in order}
        part[id(self)] = 1.0
        for v in reversed(order):
            v.grad += part[id(v)]
            for p, s in zip(v.inputs, v.slopes):
                part[id(p)] += part[id(v)] * s


def _op(f, a, b, d):
    a, b = (v if isinstance(v, Value) else Value(float(v)) for v in (a, b))
    return Value(
        float(f(a.data, b.data)), 0.0, (a, b), tuple(map(float, d(float(a.data), float(b.data))))
    )
