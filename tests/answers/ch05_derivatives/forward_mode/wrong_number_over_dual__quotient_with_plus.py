import math


def lift(t):
    return t if isinstance(t, Dual) else Dual(t)


class Dual:
    def __init__(self, value, slope=0.0):
        self.value = value
        self.slope = slope

    def __add__(self, other):
        other = lift(other)
        return Dual(self.value + other.value, self.slope + other.slope)

    __radd__ = __add__

    def __neg__(self):
        return Dual(-self.value, -self.slope)

    def __sub__(self, other):
        return self + (-other)

    def __rsub__(self, other):
        return -self + other

    def __mul__(self, other):
        other = lift(other)
        return Dual(self.value * other.value, self.slope * other.value + self.value * other.slope)

    __rmul__ = __mul__

    def __truediv__(self, other):
        other = lift(other)
        q = self.value / other.value
        return Dual(q, (self.slope - q * other.slope) / other.value)

    def __rtruediv__(self, other):
        return Dual(other / self.value, other / self.value**2 * self.slope)

    def __pow__(self, n):
        if n == 0:
            return Dual(1.0)
        return Dual(self.value**n, n * self.value ** (n - 1) * self.slope)

    def exp(self):
        e = math.exp(self.value)
        return Dual(e, e * self.slope)

    def sin(self):
        return Dual(math.sin(self.value), math.cos(self.value) * self.slope)


def derivative(f, x):
    return float(lift(f(Dual(x, 1.0))).slope)


def jvp(f, xs, us):
    results = [lift(r) for r in f(*[Dual(a, b) for a, b in zip(xs, us)])]
    return [float(r.value) for r in results], [float(r.slope) for r in results]
