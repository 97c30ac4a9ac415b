"""Forward-mode automatic differentiation: numbers that carry their slope along."""

from __future__ import annotations

from collections.abc import Callable, Sequence


class Dual:
    """A number with a slope: how fast it changes when the input changes.

    Operators and methods return a new ``Dual`` and leave their operands as they are. On either
    side of ``+ - * /`` the other operand may be a plain ``int`` or ``float``, a constant.

    >>> x, y = Dual(2.0, 1.0), Dual(3.0, 10.0)
    >>> z = x * y + 4
    >>> z.value, z.slope
    (10.0, 23.0)
    """

    value: float
    """The number."""

    slope: float
    """Its derivative."""

    def __init__(self, value: float, slope: float = 0.0) -> None:
        raise NotImplementedError

    def __add__(self, other: Dual | float) -> Dual:
        raise NotImplementedError

    def __radd__(self, other: float) -> Dual:
        raise NotImplementedError

    def __sub__(self, other: Dual | float) -> Dual:
        raise NotImplementedError

    def __rsub__(self, other: float) -> Dual:
        raise NotImplementedError

    def __mul__(self, other: Dual | float) -> Dual:
        raise NotImplementedError

    def __rmul__(self, other: float) -> Dual:
        raise NotImplementedError

    def __truediv__(self, other: Dual | float) -> Dual:
        raise NotImplementedError

    def __rtruediv__(self, other: float) -> Dual:
        raise NotImplementedError

    def __pow__(self, exponent: float) -> Dual:
        """Return ``self ** exponent``. The exponent is a plain number, never a ``Dual``."""
        raise NotImplementedError

    def __neg__(self) -> Dual:
        raise NotImplementedError

    def exp(self) -> Dual:
        raise NotImplementedError

    def sin(self) -> Dual:
        raise NotImplementedError


def derivative(f: Callable[[Dual], Dual | float], x: float) -> float:
    """Return f'(x).

    >>> derivative(lambda t: t * t + 3 * t, 2.0)
    7.0
    """
    raise NotImplementedError


def jvp(
    f: Callable[..., Sequence[Dual | float]], xs: Sequence[float], us: Sequence[float]
) -> tuple[list[float], list[float]]:
    """Return the values of ``f(*xs)``, and their slopes when each ``xs[i]`` changes at ``us[i]``.

    ``f`` takes as many numbers as ``xs`` has, returns a list of results, and is called once.

    >>> jvp(lambda x, y: [x * y, x - y], [2.0, 3.0], [1.0, 10.0])
    ([6.0, -1.0], [23.0, -9.0])
    """
    raise NotImplementedError
