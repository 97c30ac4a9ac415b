import math
from collections import Counter, deque, defaultdict


class Value:
    def __init__(self, data, back=None):
        self.data = float(data)
        self.grad = 0.0
        self._back = back or []

    def _bin(self, other, f, df):
        other = other if isinstance(other, Value) else Value(other)
        return Value(f(self.data, other.data), list(zip((self, other), df(self.data, other.data))))

    def _un(self, y, dy):
        return Value(y, [(self, dy)])

    def __add__(self, o):
        return self._bin(o, lambda a, b: a + b, lambda a, b: (1, 1))

    def __radd__(self, o):
        return self + o

    def __sub__(self, o):
        return self._bin(o, lambda a, b: a - b, lambda a, b: (1, -1))

    def __rsub__(self, o):
        return Value(o) - self

    def __mul__(self, o):
        return self._bin(o, lambda a, b: a * b, lambda a, b: (b, a))

    def __rmul__(self, o):
        return self * o

    def __truediv__(self, o):
        return self._bin(o, lambda a, b: a / b, lambda a, b: (1 / b, -a / b / b))

    def __rtruediv__(self, o):
        return Value(o) / self

    def __pow__(self, n):
        return self._un(math.pow(self.data, n), n * math.pow(self.data, n - 1) if n else 0.0)

    def __neg__(self):
        return self._un(-self.data, -1)

    def exp(self):
        return self._un(math.exp(self.data), math.exp(self.data))

    def tanh(self):
        return self._un(math.tanh(self.data), 1 / math.cosh(self.data) ** 2)

    def relu(self):
        return self._un(max(0.0, self.data), 1.0 if self.data > 0 else 0.0)

    def backward(self):
        users = Counter()
        nodes = {id(self): self}
        todo = [self]
        while todo:
            v = todo.pop()
            for p, _ in v._back:
                users[id(p)] += 1
                if id(p) not in nodes:
                    nodes[id(p)] = p
                    todo.append(p)
        got = defaultdict(float)
        got[id(self)] = 1.0
        ready = deque([self])
        while ready:
            v = ready.popleft()
            g = got[id(v)]
            v.grad += g
            for p, d in v._back:
                got[id(p)] += g * d
                users[id(p)] -= 1
                if not users[id(p)]:
                    ready.append(p)
