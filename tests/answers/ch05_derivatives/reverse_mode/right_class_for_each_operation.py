"""A class for each operation."""

import math
from abc import ABC


class Value:
    parents = ()

    def __init__(self, data):
        self.data = data
        self.grad = 0.0

    def local(self):
        return ()

    def __add__(self, other): return Add(self, other)
    def __radd__(self, other): return Add(other, self)
    def __sub__(self, other): return Sub(self, other)
    def __rsub__(self, other): return Sub(other, self)
    def __mul__(self, other): return Mul(self, other)
    def __rmul__(self, other): return Mul(other, self)
    def __truediv__(self, other): return Div(self, other)
    def __rtruediv__(self, other): return Div(other, self)
    def __pow__(self, n): return Pow(self, n)
    def __neg__(self): return Neg(self)
    def exp(self): return Exp(self)
    def tanh(self): return Tanh(self)
    def relu(self): return Relu(self)

    def backward(self):
        order, state, stack = [], {}, [self]
        while stack:
            v = stack[-1]
            if state.get(v) == 2:
                stack.pop()
            elif state.get(v) == 1:
                state[v] = 2
                order.append(stack.pop())
            else:
                state[v] = 1
                stack.extend(p for p in v.parents if p not in state)
        fresh = dict.fromkeys(order, 0.0)
        fresh[self] = 1.0
        for v in order[::-1]:
            for p, d in zip(v.parents, v.local()):
                fresh[p] += d * fresh[v]
        for v, g in fresh.items():
            v.grad += g


class Op(Value):
    def __init__(self, *args):
        self.parents = tuple(a if isinstance(a, Value) else Value(a) for a in args)
        super().__init__(self.value(*(p.data for p in self.parents)))


class Add(Op):
    def value(self, a, b): return a + b
    def local(self): return 1, 1

class Sub(Op):
    def value(self, a, b): return a - b
    def local(self): return 1, -1

class Mul(Op):
    def value(self, a, b): return a * b
    def local(self): return self.parents[1].data, self.parents[0].data

class Div(Op):
    def value(self, a, b): return a / b
    def local(self):
        a, b = (p.data for p in self.parents)
        return 1 / b, -a / b / b

class Neg(Op):
    def value(self, a): return -a
    def local(self): return (-1,)

class Exp(Op):
    def value(self, a): return math.exp(a)
    def local(self): return (self.data,)

class Tanh(Op):
    def value(self, a): return math.tanh(a)
    def local(self): return (1 - self.data ** 2,)

class Relu(Op):
    def value(self, a): return a if a > 0 else 0
    def local(self): return (self.data > 0,)

class Pow(Op):
    def __init__(self, base, n):
        self.n = n
        super().__init__(base)
    def value(self, a): return a ** self.n
    def local(self): return (self.n * self.parents[0].data ** (self.n - 1),)
