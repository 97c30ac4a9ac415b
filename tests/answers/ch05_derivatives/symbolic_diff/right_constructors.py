"""Smart constructors: diff builds simple expressions, simplify rebuilds with them."""

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


def is_number(e):
    return not isinstance(e, (str, tuple))


def build(op, a, b=None):
    if is_number(a) and (b is None or is_number(b)):
        return evaluate((op, a) if b is None else (op, a, b), {})
    if b is None:
        return (op, a)
    if op == "+":
        return b if a == 0 else a if b == 0 else (op, a, b)
    if op == "-":
        return a if b == 0 else 0 if a == b else (op, a, b)
    if op == "*":
        if a == 0 or b == 0:
            return 0
        return b if a == 1 else a if b == 1 else (op, a, b)
    if op == "/":
        return 0 if a == 0 else a if b == 1 else (op, a, b)
    return 1 if b == 0 else a if b == 1 else (op, a, b)


def diff(e, x):
    if is_number(e):
        return 0.0
    if isinstance(e, str):
        return 1.0 if e == x else 0.0
    op, a = e[:2]
    da = diff(a, x)
    if op == "sin":
        return build("*", build("cos", a), da)
    if op == "cos":
        return build("*", build("*", -1, build("sin", a)), da)
    if op == "exp":
        return build("*", build("exp", a), da)
    if op == "log":
        return build("/", da, a)
    b = e[2]
    if op == "**":
        return build("*", build("*", b, build("**", a, b - 1)), da) if b else 0
    db = diff(b, x)
    if op in "+-":
        return build(op, da, db)
    if op == "*":
        return build("+", build("*", da, b), build("*", a, db))
    return build("-", build("/", da, b), build("/", build("*", a, db), build("**", b, 2)))


def simplify(e):
    if not isinstance(e, tuple):
        return e
    return build(e[0], *[simplify(part) for part in e[1:]])


def nodes(e):
    yield e
    if type(e) is tuple:
        for part in e[1:]:
            yield from nodes(part)


def size(e):
    return sum(1 for _ in nodes(e))


def distinct(e):
    return len({repr(part) for part in nodes(e)})
