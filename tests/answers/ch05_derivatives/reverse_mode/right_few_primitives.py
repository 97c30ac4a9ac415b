"""Only sums, products, powers and exp are primitive; a heap of depths gives the order."""

import heapq
import math


class Node:
    def __init__(self, data, inputs):
        self.data, self.inputs, self.grad = data, inputs, 0.0
        self.depth = 1 + max((v.depth for v, _ in inputs), default=0)


class Value(Node):
    def __init__(self, data, inputs=()):
        super().__init__(float(data), list(inputs))

    def __add__(self, other):
        other = lift(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = lift(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, k):
        return Value(self.data**k, [(self, k * self.data ** (k - 1))])

    def exp(self):
        e = math.exp(self.data)
        return Value(e, [(self, e)])

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __rsub__(self, other):
        return other + self * -1.0

    def __truediv__(self, other):
        return self * lift(other) ** -1

    def __rtruediv__(self, other):
        return other * self**-1

    def tanh(self):
        return 1 - 2 / ((2 * self).exp() + 1)

    def relu(self):
        return self * (1 if self.data > 0 else 0)

    def backward(self):
        flows, heap = {id(self): 1.0}, [(-self.depth, id(self), self)]
        while heap:
            _, key, node = heapq.heappop(heap)
            flow = flows[key]
            node.grad += flow
            for source, slope in node.inputs:
                if id(source) not in flows:
                    flows[id(source)] = 0.0
                    heapq.heappush(heap, (-source.depth, id(source), source))
                flows[id(source)] += flow * slope


def lift(x):
    return x if isinstance(x, Value) else Value(x)
