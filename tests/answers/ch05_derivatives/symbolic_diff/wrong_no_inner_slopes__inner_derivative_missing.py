"""The chain rule is missing throughout."""

import math


def evaluate(e, env):
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


def diff(e, x):
    match e:
        case int() | float():
            return 0
        case str():
            return int(e == x)
        case ("+" | "-" as op, a, b):
            return (op, diff(a, x), diff(b, x))
        case ("*", a, b):
            return ("+", ("*", a, diff(b, x)), ("*", b, diff(a, x)))
        case ("/", a, b):
            return ("/", ("-", ("*", diff(a, x), b), ("*", diff(b, x), a)), ("*", b, b))
        case ("**", a, n):
            return ("*", n, ("**", a, n - 1))
        case ("sin", a):
            return ("cos", a)
        case ("cos", a):
            return ("-", 0, ("sin", a))
        case ("exp", a):
            return e
        case ("log", a):
            return ("/", 1, a)


def simplify(e):
    if not isinstance(e, tuple):
        return e
    e = (e[0],) + tuple(simplify(part) for part in e[1:])
    if not any(isinstance(part, (tuple, str)) for part in e[1:]):
        return evaluate(e, {})
    match e:
        case ("*", 0, _) | ("*", _, 0) | ("/", 0, _):
            return 0
        case ("**", _, 0):
            return 1
        case ("+", a, 0) | ("+", 0, a) | ("-", a, 0):
            return a
        case ("*", a, 1) | ("*", 1, a) | ("/", a, 1) | ("**", a, 1):
            return a
    return e


def size(e):
    total = 1
    if isinstance(e, tuple):
        for part in e[1:]:
            total += size(part)
    return total


def distinct(e):
    seen = set()

    def visit(part):
        seen.add(part)
        if isinstance(part, tuple):
            for p in part[1:]:
                visit(p)

    visit(e)
    return len(seen)
