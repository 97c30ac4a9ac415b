"""Derivatives of formulas, as formulas (without the given ``evaluate``)."""

from __future__ import annotations

import math
from typing import TypeAlias

Expression: TypeAlias = float | str | tuple


def apply(operation: str, values: list[float]) -> float:
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
    if not isinstance(e, tuple):
        return leaf(e, x)
    operation, a, *rest = e
    da = diff(a, x)
    if operation == "**":
        return chain(power_slope(a, rest[0]), da)
    if not rest:
        return chain(function_slope(operation, a), da)
    b, db = rest[0], diff(rest[0], x)
    if operation == "*":
        return product(a, b, da, db)
    if operation == "/":
        return quotient(a, b, da, db)
    return (operation, da, db)


def leaf(e: float | str, x: str) -> Expression:
    return 1 if e == x else 0


def chain(outer: Expression, inner: Expression) -> Expression:
    return ("*", outer, inner)


def product(a: Expression, b: Expression, da: Expression, db: Expression) -> Expression:
    return ("+", ("*", da, b), ("*", a, db))


def quotient(a: Expression, b: Expression, da: Expression, db: Expression) -> Expression:
    return ("/", ("-", ("*", da, b), ("*", a, db)), ("**", b, 2))


def power_slope(a: Expression, n: float) -> Expression:
    return ("*", n, ("**", a, n - 1))


def function_slope(name: str, a: Expression) -> Expression:
    """The derivative of a function of one operand by this operand."""
    if name == "sin":
        return ("cos", a)
    if name == "cos":
        return ("-", 0, ("sin", a))
    if name == "exp":
        return ("exp", a)
    return ("/", 1, a)


def simplify(e: Expression) -> Expression:
    if not isinstance(e, tuple):
        return e
    operation, *operands = e
    return rewrite(operation, [simplify(operand) for operand in operands])


def rewrite(operation: str, operands: list[Expression]) -> Expression:
    """An operation on operands that are simple already."""
    if all(isinstance(operand, (int, float)) for operand in operands):
        return apply(operation, operands)
    a, b = operands[0], operands[-1]
    if (operation == "*" and 0 in (a, b)) or (operation == "/" and a == 0):
        return 0
    if operation == "**" and b == 0:
        return 1
    if (operation in ("+", "-") and b == 0) or (operation in ("*", "/", "**") and b == 1):
        return a
    if (operation == "+" and a == 0) or (operation == "*" and a == 1):
        return b
    return (operation, *operands)


def size(e: Expression) -> int:
    return 1 + sum(size(part) for part in e[1:]) if isinstance(e, tuple) else 1


def distinct(e: Expression) -> int:
    return len(parts(e))


def parts(e: Expression) -> set[Expression]:
    """All sub-expressions."""
    below = [parts(part) for part in e[1:]] if isinstance(e, tuple) else []
    return {e}.union(*below)
