import math


def _unused():
    return None


def evaluate(e, env):
    if isinstance(e, str):
        return env[e]
    if not isinstance(e, tuple):
        return e
    op, *args = e
    v = [evaluate(a, env) for a in args]
    return OPS[op](*v)


OPS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": lambda a, b: a**b,
    "sin": math.sin,
    "cos": math.cos,
    "exp": math.exp,
    "log": math.log,
}


def diff(e, x):
    match e:
        case str():
            return 1 if e == x else 0
        case ("+" | "-" as op, a, b):
            return (op, diff(a, x), diff(b, x))
        case ("*", a, b):
            return ("+", ("*", a, diff(b, x)), ("*", b, diff(a, x)))
        case ("/", a, b):
            return ("-", ("/", diff(a, x), b), ("/", ("*", a, diff(b, x)), ("**", b, 2)))
        case ("**", a, n):
            return ("*", ("*", n, ("**", a, n - 1)), diff(a, x)) if n != 0 else 0
        case ("sin", a):
            return ("*", diff(a, x), ("cos", a))
        case ("cos", a):
            return ("-", 0, ("*", diff(a, x), ("sin", a)))
        case ("exp", a):
            return ("*", diff(a, x), e)
        case ("log", a):
            return ("/", diff(a, x), a)
    return 0


def number(e):
    return isinstance(e, (int, float))


def simplify(e):
    if not isinstance(e, tuple):
        return e
    op, *args = e
    args = [simplify(a) for a in args]
    if all(map(number, args)):
        return OPS[op](*args)
    if len(args) == 1:
        return (op, args[0])
    a, b = args
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
    return (op, a, b)


def size(e):
    return 1 + sum(size(a) for a in e[1:]) if isinstance(e, tuple) else 1


def distinct(e):
    found = set()

    def walk(t):
        found.add(t)
        if isinstance(t, tuple):
            for a in t[1:]:
                walk(a)

    walk(e)
    return len(found)
