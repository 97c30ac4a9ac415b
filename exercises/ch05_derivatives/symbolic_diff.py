"""Derivatives of formulas, as formulas."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeAlias

Expression: TypeAlias = float | str | tuple
"""A number, the name of a variable, or a tuple:

("+", a, b), ("-", a, b), ("*", a, b), ("/", a, b)  with expressions a and b,
("**", a, n)                                        with an expression a and a number n,
("sin", a), ("cos", a), ("exp", a), ("log", a)      with an expression a.
"""


def evaluate(e: Expression, env: Mapping[str, float]) -> float:
    """Return the value of ``e`` (given; there is nothing to do here).

    >>> evaluate(("+", 1, ("*", "x", "y")), {"x": 2.0, "y": 3.0})
    7.0
    """
    if isinstance(e, str):
        return env[e]
    if not isinstance(e, tuple):
        return e
    operation, *operands = e
    values = [evaluate(operand, env) for operand in operands]
    if operation == "+":
        return values[0] + values[1]
    if operation == "-":
        return values[0] - values[1]
    if operation == "*":
        return values[0] * values[1]
    if operation == "/":
        return values[0] / values[1]
    if operation == "**":
        return values[0] ** values[1]
    return getattr(math, operation)(values[0])


def diff(e: Expression, x: str) -> Expression:
    """Return an expression for the derivative of ``e`` by the variable ``x``.

    >>> evaluate(diff(("sin", ("*", 2, "x")), "x"), {"x": 0.0})
    2.0
    """
    raise NotImplementedError


def simplify(e: Expression) -> Expression:
    """Return an expression of the same value to which no rule of the statement applies.

    >>> simplify(("+", ("*", 1, "x"), ("*", ("-", 2, 2), "y")))
    'x'
    """
    raise NotImplementedError


def size(e: Expression) -> int:
    """Return the number of operations, variables and numbers that ``e`` consists of.

    >>> size(("*", ("sin", "x"), ("sin", "x")))
    5
    """
    raise NotImplementedError


def distinct(e: Expression) -> int:
    """Return the number of different sub-expressions of ``e``; ``e`` itself is one.

    >>> distinct(("*", ("sin", "x"), ("sin", "x")))
    3
    """
    raise NotImplementedError
