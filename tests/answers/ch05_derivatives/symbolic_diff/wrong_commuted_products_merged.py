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
    if isinstance(e, str):
        return 1 if e == x else 0
    if not isinstance(e, tuple):
        return 0
    op, a = e[0], e[1]
    da = diff(a, x)
    if op == "**":
        n = e[2]
        if n == 0:
            return 0
        return ("*", ("*", n, ("**", a, n - 1)), da)
    if op == "sin":
        return ("*", ("cos", a), da)
    if op == "cos":
        return ("*", ("*", -1, ("sin", a)), da)
    if op == "exp":
        return ("*", e, da)
    if op == "log":
        return ("/", da, a)
    b = e[2]
    db = diff(b, x)
    if op in "+-":
        return (op, da, db)
    if op == "*":
        return ("+", ("*", da, b), ("*", a, db))
    return ("/", ("-", ("*", da, b), ("*", a, db)), ("*", b, b))


def is_number(e):
    return isinstance(e, (int, float))


def simplify(e):
    if not isinstance(e, tuple):
        return e
    op = e[0]
    args = [simplify(a) for a in e[1:]]
    if all(is_number(a) for a in args):
        return evaluate((op, *args), {})
    a = args[0]
    b = args[-1]
    if op == "+":
        if a == 0:
            return b
        if b == 0:
            return a
    if op == "-" and b == 0:
        return a
    if op == "*":
        if a == 0 or b == 0:
            return 0
        if a == 1:
            return b
        if b == 1:
            return a
    if op == "/":
        if a == 0:
            return 0
        if b == 1:
            return a
    if op == "**":
        if b == 0:
            return 1
        if b == 1:
            return a
    return (op, *args)


def size(e):
    return 1 + sum(size(a) for a in e[1:]) if isinstance(e, tuple) else 1


def distinct(e):
    seen = set()

    def walk(t):
        if isinstance(t, tuple) and t[0] in "+*" and str(t[1]) > str(t[2]):
            t = (t[0], t[2], t[1])
        if t not in seen:
            seen.add(t)
            if isinstance(t, tuple):
                for a in t[1:]:
                    walk(a)

    walk(e)
    return len(seen)
