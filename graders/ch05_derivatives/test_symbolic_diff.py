"""Symbolic derivatives: each rule, chains of them, and formulas that don't swell needlessly."""

import math

import torch

from torchgrade.authoring import (
    alternative,
    close,
    hidden,
    misconception,
    points,
    probe,
    text,
    title,
)

# What goes wrong with the rules


@misconception(
    "chain",
    "The inner derivative is missing: the outer function was differentiated as if its operand were "
    "the variable itself. The derivative of sin(u) is cos(u) times the derivative of u.",
    zh="缺了内层的导数：对外层函数求导时，好像它的操作数就是变量本身。"
    "sin(u) 的导数是 cos(u) 再乘以 u 的导数。",
)
def inner_derivative_missing(outer, inner):
    return outer


@misconception(
    "chain",
    "exp lacks the inner derivative: that of exp(u) is exp(u) times the derivative of u.",
    zh="exp 缺了内层的导数：exp(u) 的导数是 exp(u) 再乘以 u 的导数。",
)
def exp_without_inner(outer, inner):
    return outer if outer[0] == "exp" else ("*", outer, inner)


@misconception(
    "chain",
    "log lacks the inner derivative: that of log(u) is 1 / u times the derivative of u.",
    zh="log 缺了内层的导数：log(u) 的导数是 1 / u 再乘以 u 的导数。",
)
def log_without_inner(outer, inner):
    return outer if outer[0] == "/" else ("*", outer, inner)


@misconception(
    "chain",
    "The power rule lacks the inner derivative: that of u ** n is n u ** (n - 1) times the "
    "derivative of u.",
    zh="幂的求导缺了内层的导数：u ** n 的导数是 n u ** (n - 1) 再乘以 u 的导数。",
)
def power_without_inner(outer, inner):
    return outer if outer[-1][0] == "**" else ("*", outer, inner)


@misconception(
    "chain",
    "Outer and inner derivative were added. In the chain rule they are multiplied.",
    zh="外层与内层的导数加到了一起。链式法则里是相乘。",
)
def chain_by_adding(outer, inner):
    return ("+", outer, inner)


@misconception(
    "product",
    "The derivative of a product is not the product of the derivatives: while one factor changes, "
    "the other scales the change. There are two terms.",
    zh="乘积的导数不是导数的乘积：一个因子变化时，另一个因子会放大这个变化，所以有两项。",
)
def product_of_derivatives(a, b, da, db):
    return ("*", da, db)


@misconception(
    "product",
    "Each factor was multiplied by its own derivative. The change of one factor is scaled by the "
    "other one.",
    zh="每个因子乘的都是自己的导数。一个因子的变化，应当由另一个因子放大。",
)
def own_factors(a, b, da, db):
    return ("+", ("*", da, a), ("*", db, b))


@misconception(
    "quotient",
    "The quotient rule has a plus where a minus belongs: when the lower part grows, the quotient "
    "shrinks.",
    zh="商法则里该用减号的地方用了加号：分母变大，商就变小。",
)
def quotient_with_plus(a, b, da, db):
    return ("/", ("+", ("*", da, b), ("*", a, db)), ("**", b, 2))


@misconception(
    "quotient",
    "The two terms of the quotient rule are swapped, so the sign is wrong.",
    zh="商法则的两项颠倒了，所以符号反了。",
)
def quotient_swapped(a, b, da, db):
    return ("/", ("-", ("*", a, db), ("*", da, b)), ("**", b, 2))


@misconception(
    "quotient",
    "The lower part was not squared in the quotient rule.",
    zh="商法则里的分母忘了平方。",
)
def lower_part_not_squared(a, b, da, db):
    return ("/", ("-", ("*", da, b), ("*", a, db)), b)


@misconception(
    "power_slope",
    "The exponent was not lowered by one.",
    zh="求导之后指数没有减一。",
)
def exponent_not_lowered(a, n):
    return ("*", n, ("**", a, n))


@misconception(
    "power_slope",
    "The exponent did not come down as a factor: the derivative of a ** n is n times a ** (n - 1).",
    zh="指数没有作为系数乘到前面：a ** n 的导数是 n 乘 a ** (n - 1)。",
)
def no_factor_from_the_exponent(a, n):
    return ("**", a, n - 1)


@misconception(
    "function_slope",
    "The sign of the derivative of cos is wrong: it is minus sin.",
    zh="cos 的导数符号错了：应当是负的 sin。",
)
def cosine_without_minus(name, a):
    table = {"sin": ("cos", a), "cos": ("sin", a), "exp": ("exp", a), "log": ("/", 1, a)}
    return table[name]


@misconception(
    "leaf",
    "Every variable was given the derivative 1. Only the one by which you differentiate has it; the "
    "others count as constants.",
    zh="每个变量的导数都成了 1。只有对它求导的那个变量才是 1，其余变量都看作常数。",
)
def every_variable_counts(e, x):
    return 1 if isinstance(e, str) else 0


@misconception(
    "leaf",
    "A number was given the derivative 1, like the variable. It is a constant: its derivative is 0.",
    zh="数字的导数也和变量一样成了 1。数字是常数，导数为 0。",
)
def numbers_count(e, x):
    return 0 if isinstance(e, str) and e != x else 1


# What goes wrong in simplifying


@misconception(
    "simplify",
    "Only the outermost operation was simplified. The same rules apply to everything inside.",
    zh="只化简了最外层的运算。里面的每一层都应当用同样的规则。",
)
def outermost_only(e):
    return rewrite(e[0], list(e[1:])) if isinstance(e, tuple) else e


@misconception(
    "simplify",
    "The rule was tried before the operands were simplified, and not again after that. A 0 or 1 "
    "which only then appeared was left standing: go from the inside to the outside.",
    zh="规则是在化简操作数之前用的，之后没有再用。化简之后才出现的 0 和 1 就留了下来：应当由内向外。",
)
def from_the_outside(e):
    if not isinstance(e, tuple):
        return e
    e = rewrite(e[0], list(e[1:]))
    return (e[0], *map(simplify, e[1:])) if isinstance(e, tuple) else e


@misconception(
    "rewrite",
    "0 - a was simplified to a. Taking 0 away changes nothing, but taking a away from 0 gives its "
    "negative.",
    zh="把 0 - a 化简成了 a。减去 0 不改变什么，但从 0 里减去 a 得到的是它的相反数。",
)
def minus_lost(operation, operands):
    if all(isinstance(operand, (int, float)) for operand in operands):
        return apply(operation, operands)
    a, b = operands[0], operands[-1]
    if (operation == "*" and 0 in (a, b)) or (operation == "/" and a == 0):
        return 0
    if operation == "**" and b == 0:
        return 1
    if (operation in ("+", "-") and b == 0) or (operation in ("*", "/", "**") and b == 1):
        return a
    if (operation in ("+", "-") and a == 0) or (operation == "*" and a == 1):
        return b
    return (operation, *operands)


@misconception(
    "rewrite",
    "1 / a was simplified to a. Only a division by 1 changes nothing.",
    zh="把 1 / a 化简成了 a。只有除以 1 才不改变什么。",
)
def inverse_lost(operation, operands):
    if all(isinstance(operand, (int, float)) for operand in operands):
        return apply(operation, operands)
    a, b = operands[0], operands[-1]
    if (operation == "*" and 0 in (a, b)) or (operation == "/" and a == 0):
        return 0
    if operation == "**" and b == 0:
        return 1
    if (operation in ("+", "-") and b == 0) or (operation in ("*", "/", "**") and b == 1):
        return a
    if (operation == "+" and a == 0) or (operation in ("*", "/") and a == 1):
        return b
    return (operation, *operands)


@misconception(
    "rewrite",
    "a ** 0 became 0. The product of no factors is 1.",
    zh="a ** 0 成了 0。一个因子也没有的乘积是 1。",
)
def zeroth_power_zero(operation, operands):
    if all(isinstance(operand, (int, float)) for operand in operands):
        return apply(operation, operands)
    a, b = operands[0], operands[-1]
    if (operation in ("*", "**") and b == 0) or (operation in ("*", "/") and a == 0):
        return 0
    if (operation in ("+", "-") and b == 0) or (operation in ("*", "/", "**") and b == 1):
        return a
    if (operation == "+" and a == 0) or (operation == "*" and a == 1):
        return b
    return (operation, *operands)


@misconception(
    "rewrite",
    "Operations on numbers alone were left standing: ('*', 2, 3) is the number 6.",
    zh="只含数字的运算没有算出来：('*', 2, 3) 就是 6。",
)
def numbers_not_computed(operation, operands):
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


@misconception(
    "size",
    "Only variables and numbers were counted; the operations count, too.",
    zh="只数了变量和数字；运算也要算进去。",
)
def leaves_only(e):
    return sum(size(part) for part in e[1:]) if isinstance(e, tuple) else 1


@misconception(
    "size",
    "Only the operations were counted; variables and numbers count, too.",
    zh="只数了运算；变量和数字也要算进去。",
)
def operations_only(e):
    return 1 + sum(size(part) for part in e[1:]) if isinstance(e, tuple) else 0


@misconception(
    "distinct",
    "Equal sub-expressions were counted each time. Each one counts once, however often it occurs.",
    zh="相同的子表达式每出现一次就数了一次。不管出现多少次，都只算一个。",
)
def counted_each_time(e):
    return 1 + sum(distinct(part) for part in e[1:]) if isinstance(e, tuple) else 1


@misconception(
    "distinct",
    "Only the different variables and numbers were counted. Operations on them are sub-expressions "
    "as well, and so is the whole.",
    zh="只数了不同的变量和数字。由它们组成的运算也是子表达式，整个表达式也算一个。",
)
def different_leaves(e):
    return len({part for part in parts(e) if not isinstance(part, tuple)})


# Other right answers


@alternative("quotient")
def as_a_product_with_an_inverse(a, b, da, db):
    return ("-", ("/", da, b), ("/", ("*", a, db), ("*", b, b)))


@alternative("power_slope")
def by_a_quotient_of_powers(a, n):
    return 1 if n == 1 else ("*", ("**", a, n - 1), float(n))


@alternative("function_slope")
def with_negative_factors(name, a):
    return {
        "sin": ("cos", a),
        "cos": ("*", -1, ("sin", a)),
        "exp": ("exp", a),
        "log": ("**", a, -1),
    }[name]


@alternative("simplify")
def until_nothing_changes(e):
    """Any number of passes from the outside."""
    while isinstance(e, tuple):
        new = rewrite(e[0], [simplify(part) for part in e[1:]])
        if new == e:
            break
        e = new
    return e


@alternative("distinct")
def with_a_list(e):
    seen, waiting = [], [e]
    while waiting:
        part = waiting.pop()
        if part not in seen:
            seen.append(part)
            waiting.extend(part[1:] if isinstance(part, tuple) else ())
    return len(seen)


# The tests


@probe
def value_of(student, e, env):
    if isinstance(e, str):
        return env[e]
    if not isinstance(e, tuple):
        return float(e)
    operation, *operands = e
    v = [value_of(student, operand, env) for operand in operands]
    if operation in ("+", "-"):
        return v[0] + v[1] if operation == "+" else v[0] - v[1]
    if operation in ("*", "/"):
        return v[0] * v[1] if operation == "*" else v[0] / v[1]
    if operation == "**":
        return v[0] ** v[1]
    return {"sin": math.sin, "cos": math.cos, "exp": math.exp, "log": math.log}[operation](v[0])


@probe
def slopes(student, formulas, x, env):
    """The values of the derivatives of all formulas."""
    found = [value_of(student, student.diff(e, x), env) for e in formulas]
    return torch.tensor(found, dtype=torch.float64)


@probe
def rules_left(student, e):
    """How many places there are in e to which a rule applies."""
    if not isinstance(e, tuple):
        return 0
    operation, *operands = e
    a, b = operands[0], operands[-1]
    inside = sum(rules_left(student, operand) for operand in operands)
    here = (
        all(isinstance(operand, (int, float)) for operand in operands)
        or (operation in ("+", "-") and b == 0)
        or (operation in ("*", "/", "**") and b == 1)
        or (operation in ("*", "**") and b == 0)
        or (operation in ("+", "*", "/") and a == 0)
        or (operation == "*" and a == 1)
    )
    return inside + here


@probe
def simplified(student, formulas, env):
    """Values, and the number of places where something is left to do."""
    results = [student.simplify(e) for e in formulas]
    values = torch.tensor([value_of(student, e, env) for e in results], dtype=torch.float64)
    return {"values": values, "left": [rules_left(student, e) for e in results]}


@probe
def simplified_slopes(student, formulas, x, env):
    results = [student.simplify(student.diff(e, x)) for e in formulas]
    values = torch.tensor([value_of(student, e, env) for e in results], dtype=torch.float64)
    return {"values": values, "left": [rules_left(student, e) for e in results]}


@probe
def counts(student, formulas):
    return [[student.size(e) for e in formulas], [student.distinct(e) for e in formulas]]


def on_tensors(e, env):
    if isinstance(e, str):
        return env[e]
    if not isinstance(e, tuple):
        return torch.tensor(float(e), dtype=torch.float64)
    operation, *operands = e
    v = [on_tensors(operand, env) for operand in operands]
    if operation in ("+", "-"):
        return v[0] + v[1] if operation == "+" else v[0] - v[1]
    if operation in ("*", "/"):
        return v[0] * v[1] if operation == "*" else v[0] / v[1]
    if operation == "**":
        return v[0] ** v[1]
    return getattr(v[0], operation)()


def values_by_torch(formulas, env):
    env = {name: torch.tensor(number, dtype=torch.float64) for name, number in env.items()}
    return torch.stack([on_tensors(e, env) for e in formulas])


def slopes_by_autograd(formulas, x, env):
    env = {
        name: torch.tensor(number, dtype=torch.float64, requires_grad=True)
        for name, number in env.items()
    }
    grads = []
    for e in formulas:
        value = on_tensors(e, env) + 0 * env[x]
        grads.append(torch.autograd.grad(value, env[x])[0])
    return torch.stack(grads)


def an_env(rand, *names):
    return {name: float(rand.uniform(0.6, 1.9, dtype=torch.float64)) for name in names}


def random_formula(rand, depth):
    """Any operation; operands of log and / and ** are positive, since x is."""
    if depth == 0:
        return rand.choice(["x", "x", "y", round(float(rand.uniform(1, 3)), 3)])
    kind = rand.choice(["+", "-", "*", "/", "**", "sin", "cos", "exp", "log"])
    a = random_formula(rand, depth - 1)
    if kind in ("+", "-", "*"):
        return (kind, a, random_formula(rand, depth - 1))
    if kind == "/":
        return (kind, a, ("exp", ("sin", random_formula(rand, depth - 1))))
    if kind == "**":
        return (kind, ("+", 2, ("sin", a)), rand.choice([-2, -1, 0, 1, 2, 3, 0.5]))
    if kind == "log":
        return (kind, ("+", 3, ("cos", a)))
    return (kind, ("sin", a) if kind == "exp" else a)


NOTE = text(
    "The values of the derivatives of all these formulas.",
    zh="所有这些表达式的导数的数值。",
)
LEFT = text(
    "values: of the simplified formulas. left: in each of them, the number of operations to which "
    "a rule still applies.",
    zh="values：化简之后各表达式的数值。left：每个结果里还有多少处运算可以用规则化简。",
)


@title("Variables, numbers, sums and differences", zh="变量、数字、和与差")
def test_leaves(student, rand):
    env = an_env(rand, "x", "y")
    formulas = ["x", "y", 3.5, ("+", "x", ("-", "y", "x")), ("-", ("+", "y", 2), ("-", "x", 1.5))]
    close(
        student.run(slopes, formulas, "x", env), slopes_by_autograd(formulas, "x", env), note=NOTE
    )


@title("Products and quotients", zh="乘积与商")
@points(2)
def test_products(student, rand):
    env = an_env(rand, "x", "y")
    linear = ("+", ("+", "x", "x"), "y")
    products = [("*", "x", linear), ("*", ("-", "y", "x"), linear)]
    quotients = [("/", linear, ("+", "x", "y")), ("/", "y", linear)]
    for formulas in (products, quotients):
        expected = slopes_by_autograd(formulas, "x", env)
        close(student.run(slopes, formulas, "x", env), expected, note=NOTE)


@title("Powers and functions of the variable", zh="变量的幂与函数")
@points(2)
def test_functions(student, rand):
    env = an_env(rand, "x", "y")
    for formulas in (
        [("**", "x", 3), ("**", "x", -2), ("**", "x", 0.5), ("**", "x", 1), ("**", "x", 0)],
        [("sin", "x"), ("exp", "x"), ("log", "x")],
        [("cos", "x")],
    ):
        expected = slopes_by_autograd(formulas, "x", env)
        close(student.run(slopes, formulas, "x", env), expected, note=NOTE)


@title("Functions of functions: the chain rule", zh="复合函数：链式法则")
@points(3)
def test_chain_rule(student, rand):
    env = an_env(rand, "x", "t")
    inner = ("+", ("+", "t", "t"), ("+", "t", "x"))
    formulas = [
        *[(name, inner) for name in ("sin", "exp", "log")],
        ("**", inner, 3),
        ("sin", ("log", inner)),
        ("**", ("exp", ("sin", inner)), -2),
    ]
    close(
        student.run(slopes, formulas, "t", env), slopes_by_autograd(formulas, "t", env), note=NOTE
    )


@title("Random formulas, by either variable", zh="随机的表达式，对任一变量求导")
@hidden(
    "Compare with autograd: evaluate a formula on tensors that require their gradient.",
    zh="与 autograd 对照：把表达式放到需要梯度的张量上求值。",
)
@points(2)
def test_random(student, rand):
    env = an_env(rand, "x", "y")
    for x in ("x", "y"):
        formulas = [random_formula(rand, depth) for depth in (2, 3, 3, 4, 4)]
        formulas.append(("cos", ("*", ("log", ("*", "x", "y")), ("/", "y", ("+", 2, "x")))))
        expected = slopes_by_autograd(formulas, x, env)
        close(student.run(slopes, formulas, x, env), expected, note=NOTE)


@title("simplify: each rule, on the left and on the right", zh="simplify：每条规则，左边与右边")
@points(2)
def test_rules(student, rand):
    env = an_env(rand, "x", "y")
    s = ("sin", "x")
    formulas = [
        *[("+", 0, s), ("+", s, 0), ("-", s, 0), ("*", 1, s), ("*", s, 1), ("/", s, 1)],
        *[("**", s, 1), ("**", s, 0), ("*", 0, s), ("*", s, 0), ("/", 0, s)],
        *[("+", 2, 3.5), ("-", 2, 3.5), ("*", 2, 3.5), ("/", 7, 2), ("**", 2, -2), ("exp", 1)],
        *["x", 4, s, ("*", 2, s), ("+", s, 1), ("-", s, 1)],
    ]
    got = student.run(simplified, formulas, env)
    expected = {"values": values_by_torch(formulas, env), "left": [0] * len(formulas)}
    close(got, expected, note=LEFT)


@title("simplify: what looks like a rule and is none", zh="simplify：看起来像规则，其实不是")
def test_no_rules(student, rand):
    env = an_env(rand, "x", "y")
    s = ("exp", "y")
    formulas = [("-", 0, s), ("/", 1, s), ("-", 1, s), ("**", s, -1), ("+", 1, s), ("*", 1, s)]
    formulas += [("/", 2, ("*", 1, s)), ("-", 0, ("+", s, 0)), ("**", s, 0)]
    formulas += [(operation, "x", "x") for operation in "+-*/"]
    got = student.run(simplified, formulas, env)
    expected = {"values": values_by_torch(formulas, env), "left": [0] * len(formulas)}
    close(got, expected, note=LEFT)


@title(
    "simplify: rules inside, and rules that fit only afterwards",
    zh="simplify：内层的规则，以及之后才适用的规则",
)
@points(2)
def test_nested_rules(student, rand):
    env = an_env(rand, "x", "y")
    zero, one = ("-", 2, 2), ("+", ("*", 0, "y"), 1)
    formulas = [
        ("+", "y", ("*", 1, "x")),
        ("*", ("+", "x", zero), one),
        ("/", ("+", ("*", zero, "x"), "y"), ("**", "x", zero)),
        ("sin", ("+", ("*", 0, "x"), ("*", 2, ("*", 3, 0.25)))),
        ("*", ("exp", ("+", "x", 0)), ("+", ("*", 0, "y"), ("+", 1, 1))),
        ("-", zero, ("*", one, "y")),
    ]
    got = student.run(simplified, formulas, env)
    expected = {"values": values_by_torch(formulas, env), "left": [0] * len(formulas)}
    close(got, expected, note=LEFT)


@title("Derivatives, simplified", zh="化简之后的导数")
@hidden(
    "Nothing should be left of what doesn't depend on the variable, however deep it stands.",
    zh="与该变量无关的部分，不管在多深的地方，都不应留下痕迹。",
)
def test_simplified_slopes(student, rand):
    env = an_env(rand, "x", "y")
    formulas = [random_formula(rand, depth) for depth in (2, 3, 3, 4)]
    formulas += [("*", ("sin", "y"), ("*", "x", ("exp", ("*", "y", "y")))), ("**", "x", 2)]
    got = student.run(simplified_slopes, formulas, "x", env)
    expected = {"values": slopes_by_autograd(formulas, "x", env), "left": [0] * len(formulas)}
    close(got, expected, note=LEFT)


@title("size and distinct", zh="size 与 distinct")
@points(2)
def test_counts(student, rand):
    formulas, tree_sizes, part_counts = ["x", 2.5], [1, 1], [1, 1]
    formulas.append(("+", ("*", "x", "y"), ("*", "y", "x")))
    for depth in (1, 2, 3, 4):
        e = random_formula(rand, depth)
        formulas += [e, ("*", e, e), ("+", ("**", e, 2), ("sin", ("**", e, 2)))]
    for e in formulas[2:]:
        stack, total, seen = [e], 0, set()
        while stack:
            part = stack.pop()
            total += 1
            seen.add(part)
            stack.extend(part[1:] if isinstance(part, tuple) else ())
        tree_sizes.append(total)
        part_counts.append(len(seen))
    close(student.run(counts, formulas), [tree_sizes, part_counts])
