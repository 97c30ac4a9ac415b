"""Reverse-mode automatic differentiation on single numbers."""

from __future__ import annotations


class Value:
    """A number that remembers how it was computed.

    Operators and methods return a new ``Value`` and leave their operands as they are. On either
    side of ``+ - * /`` the other operand may be a plain ``int`` or ``float``.

    >>> x, y = Value(2.0), Value(-3.0)
    >>> z = x * y + x
    >>> z.backward()
    >>> z.data, x.grad, y.grad
    (-4.0, -2.0, 2.0)
    """

    data: float
    """The number. A plain attribute: callers may assign to it between two computations."""

    grad: float
    """What all calls of ``backward`` so far have added up here; 0.0 at first. A plain attribute:
    callers set it back to 0.0 when they want to start anew."""

    def __init__(self, data: float) -> None:
        """Make a ``Value`` that was not computed from anything: an input, a leaf of the graph."""
        raise NotImplementedError

    def __add__(self, other: Value | float) -> Value:
        """Return ``self + other``."""
        raise NotImplementedError

    def __radd__(self, other: float) -> Value:
        """Return ``other + self``; Python comes here for ``2.0 + x`` and for ``sum(values)``."""
        raise NotImplementedError

    def __sub__(self, other: Value | float) -> Value:
        """Return ``self - other``."""
        raise NotImplementedError

    def __rsub__(self, other: float) -> Value:
        """Return ``other - self``."""
        raise NotImplementedError

    def __mul__(self, other: Value | float) -> Value:
        """Return ``self * other``."""
        raise NotImplementedError

    def __rmul__(self, other: float) -> Value:
        """Return ``other * self``."""
        raise NotImplementedError

    def __truediv__(self, other: Value | float) -> Value:
        """Return ``self / other``."""
        raise NotImplementedError

    def __rtruediv__(self, other: float) -> Value:
        """Return ``other / self``."""
        raise NotImplementedError

    def __pow__(self, exponent: float) -> Value:
        """Return ``self ** exponent``. The exponent is a plain number, never a ``Value``."""
        raise NotImplementedError

    def __neg__(self) -> Value:
        """Return ``-self``."""
        raise NotImplementedError

    def exp(self) -> Value:
        """Return e to the power of ``self``."""
        raise NotImplementedError

    def tanh(self) -> Value:
        """Return the hyperbolic tangent of ``self``."""
        raise NotImplementedError

    def relu(self) -> Value:
        """Return ``self`` where it is positive, else 0. The slope at exactly 0 is 0."""
        raise NotImplementedError

    def backward(self) -> None:
        """Add d self / d v to ``v.grad`` for every ``Value`` v that ``self`` was computed from.

        ``self`` is one of them (d self / d self is 1), and so are the results in between. Other
        values keep their ``grad``. A further call, on this value or on another one that shares
        values with it, adds again: two calls on the same value leave exactly twice its
        derivatives. Every value of the graph is handled once, and long computations (3000
        operations, the longest chain 2000) don't reach Python's recursion limit.
        """
        raise NotImplementedError
