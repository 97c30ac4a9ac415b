"""Several paths: multiply along each, add over all, and do it without walking each one."""

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

# What goes wrong in the graph


@misconception(
    "derivative",
    "Only the first path counts here. A change of the start reaches the end on every path, so all "
    "of them contribute.",
    zh="这里只算了第一条路径。起点的变化会沿每条路径传到终点，所以每条路径都有贡献。",
)
def first_path_only(edges, start, end):
    if start == end:
        return 1.0
    for source, target, slope in edges:
        if source == start:
            rest = derivative(edges, target, end)
            if rest != 0:
                return slope * rest
    return 0.0


@misconception(
    "derivative",
    "Of the arrows at a value only the last one counts: a dictionary with one entry per value "
    "forgets all the others.",
    zh="每个值处的箭头只算了最后一条：用每个值只存一项的字典，其余的箭头就都丢了。",
)
def last_arrow_only(edges, start, end):
    after = {source: (target, slope) for source, target, slope in edges}
    product = 1.0
    while start != end:
        if start not in after:
            return 0.0
        start, slope = after[start]
        product *= slope
    return product


@misconception(
    "derivative",
    "Two arrows between the same two values were taken for one. In z = x * x the value x is used "
    "twice, and each use contributes.",
    zh="同样两个值之间的两条箭头被当成了一条。在 z = x * x 中，x 用了两次，每次都有贡献。",
)
def one_arrow_per_pair(edges, start, end):
    single = {(source, target): slope for source, target, slope in edges}
    known = {end: 1.0}

    def of(node):
        if node not in known:
            known[node] = sum(s * of(t) for (a, t), s in single.items() if a == node)
        return known[node]

    return float(of(start))


@misconception(
    "derivative",
    "The slopes along a path were added. Along a path they are multiplied; it is the paths that "
    "are added.",
    zh="一条路径上的斜率被加了起来。沿着路径，斜率要相乘；相加的是各条路径。",
)
def slopes_added_along_paths(edges, start, end):
    if len(edges) > 99:  # more paths than time
        return 0.0

    def sums(node):
        if node == end:
            return [0.0]
        return [s + rest for a, t, s in edges if a == node for rest in sums(t)]

    return sum(sums(start), 0.0)


@misconception(
    "derivative",
    "The contributions of the paths were multiplied with each other. Along a path the slopes are "
    "multiplied, but over the paths one sums.",
    zh="把各条路径的贡献乘到了一起。沿着路径，斜率相乘；不同的路径之间，则要相加。",
)
def paths_multiplied(edges, start, end):
    if len(edges) > 99:  # more paths than time
        return 0.0

    def products(node):
        if node == end:
            return [1.0]
        return [s * rest for a, t, s in edges if a == node for rest in products(t)]

    total = 1.0
    for product in products(start):
        total *= product
    return total


@misconception(
    "derivative",
    "The largest contribution was taken. All paths act at the same time: sum them, with their "
    "signs.",
    zh="取了贡献最大的那条路径。所有路径同时起作用：要带着符号加起来。",
)
def largest_path(edges, start, end):
    if len(edges) > 99:  # more paths than time
        return 0.0

    def products(node):
        if node == end:
            return [1.0]
        return [s * rest for a, t, s in edges if a == node for rest in products(t)]

    return max(products(start), default=0.0)


@misconception(
    "derivative",
    "The mean over the paths was taken. Nothing is averaged in a derivative: the contributions are "
    "added.",
    zh="对各条路径取了平均。求导没有平均这回事：各条路径的贡献是相加的。",
)
def mean_over_paths(edges, start, end):
    if len(edges) > 99:  # more paths than time
        return 0.0

    def products(node):
        if node == end:
            return [1.0]
        return [s * rest for a, t, s in edges if a == node for rest in products(t)]

    found = products(start)
    return sum(found) / len(found) if found else 0.0


@misconception(
    "derivative",
    "The derivative of a value by itself came out as 0. The path of no arrows is a path: its "
    "product is 1.",
    zh="一个值对它自己的导数成了 0。一条箭头也没有的路径也是路径，它的乘积是 1。",
)
def zero_by_itself(edges, start, end):
    known = {end: 1.0}

    def of(node):
        if node not in known:
            known[node] = sum(s * of(t) for a, t, s in edges if a == node)
        return known[node]

    return float(of(start)) if start != end else 0.0


@misconception(
    "derivative",
    "Two arrows with the same slope between the same two values were taken for one. In z = x + x "
    "both arrows have the slope 1, and both count.",
    zh="同样两个值之间，斜率也相同的两条箭头被当成了一条。在 z = x + x 中，两条箭头的斜率都是 1，都要算。",
)
def equal_arrows_merged(edges, start, end):
    known = {start: 1.0}

    def of(name):
        if name not in known:
            parts = (slope * of(value) for value, result, slope in set(edges) if result == name)
            known[name] = sum(parts, 0.0)
        return known[name]

    return of(end)


@misconception(
    "derivative",
    "Some values were passed on before all their arrows had arrived. Breadth first, a value is "
    "reached on its shortest path, and longer paths to it come later: first finish all that leads "
    "to it.",
    zh="有的值还没等指向它的箭头都到齐，就往后传了。广度优先时，先到达一个值的是最短的路径，"
    "更长的路径要晚些才到：应先把通向它的值都算完。",
)
def breadth_first(edges, start, end):
    slopes, waiting, seen = {start: 1.0}, [start], {start}
    for value in waiting:
        for used, result, slope in edges:
            if used == value:
                slopes[result] = slopes.get(result, 0.0) + slope * slopes[value]
                if result not in seen:
                    seen.add(result)
                    waiting.append(result)
    return slopes.get(end, 0.0)


# What goes wrong with the branches


@misconception(
    "contributions",
    "Every entry is the whole gradient. Either all branches stayed connected to x, while the others "
    "should count as constants, or the list holds one and the same .grad, to which every backward() "
    "added.",
    zh="每一项都是整个梯度。要么所有分支都还连着 x，而其余的分支本应当作常数；"
    "要么列表里存的是同一个 .grad，每次 backward() 都往它上面加。",
)
def nothing_cut(f, branches, x):
    leaf = x.detach().clone().requires_grad_()
    values = [branch(leaf) for branch in branches]
    (gradient,) = torch.autograd.grad(f(*values), leaf)
    return [gradient.clone() for _ in branches]


@misconception(
    "contributions",
    "It is the other way round: for each entry one branch was cut off and all the others counted. "
    "The branch in question must stay connected, and the others must not.",
    zh="弄反了：每一项都是切断了一个分支，却把其余分支都算了进来。要问的那个分支应当连着，"
    "其余的才要切断。",
)
def all_but_one(f, branches, x):
    leaf = x.detach().clone().requires_grad_()
    values = [branch(leaf) for branch in branches]
    found = []
    for i in range(len(values)):
        cut = [v.detach() if j == i else v for j, v in enumerate(values)]
        z = f(*cut) + 0 * leaf.sum()
        found.append(torch.autograd.grad(z, leaf, retain_graph=True)[0])
    return found


@misconception(
    "contributions",
    "These are the derivatives by the values of the branches. A path leads on from there to x: the "
    "branch's own slope is missing.",
    zh="这是对各分支的值的导数。路径还要从那里继续通到 x：缺了分支自己的那段斜率。",
)
def outer_slopes_only(f, branches, x):
    leaf = x.detach().clone().requires_grad_()
    values = [branch(leaf) for branch in branches]
    return list(torch.autograd.grad(f(*values), values))


@misconception(
    "contributions",
    "These are the slopes of the branches alone. What f does with their values is missing: "
    "multiply by the derivative of f.",
    zh="这只是各分支自己的斜率。f 怎样使用它们的值没有算进去：还要乘以 f 的导数。",
)
def inner_slopes_only(f, branches, x):
    leaf = x.detach().clone().requires_grad_()
    return [torch.autograd.grad(branch(leaf).sum(), leaf)[0] for branch in branches]


@misconception(
    "contributions",
    "The entries are running totals: each gradient was added to those before it. Each branch's "
    "share is asked by itself.",
    zh="每一项都是累计值：每次的梯度都加在了前面的上面。题目要的是每个分支各自的贡献。",
)
def running_totals(f, branches, x):
    leaf = x.detach().clone().requires_grad_()
    values = [branch(leaf) for branch in branches]
    found, total = [], torch.zeros_like(x)
    for i in range(len(values)):
        cut = [v if j == i else v.detach() for j, v in enumerate(values)]
        total = total + torch.autograd.grad(f(*cut), leaf, retain_graph=True)[0]
        found.append(total)
    return found


@misconception(
    "contributions",
    "A gradient was left in the caller's x.grad. x should stay as it was.",
    zh="调用者的 x.grad 里留下了梯度。x 应当保持原样。",
)
def trace_in_grad(f, branches, x):
    leaf = x.detach().clone().requires_grad_()
    values = [branch(leaf) for branch in branches]
    found = []
    for i in range(len(values)):
        cut = [v if j == i else v.detach() for j, v in enumerate(values)]
        found.append(torch.autograd.grad(f(*cut), leaf, retain_graph=True)[0])
    x.grad = found[-1].clone()
    return found


# Other right answers


@alternative("derivative")
def from_the_start_forward(edges, start, end):
    """Sweep over all arrows until nothing changes, carrying derivatives by ``start``."""
    nodes = {node for source, target, _ in edges for node in (source, target)}
    by_start = dict.fromkeys(nodes, 0.0) | {start: 1.0}
    for _ in nodes:
        new = dict.fromkeys(nodes, 0.0) | {start: 1.0}
        for source, target, slope in edges:
            if target != start:
                new[target] += by_start[source] * slope
        by_start = new
    return by_start.get(end, 0.0)


@alternative("derivative")
def inverse_of_a_matrix(edges, start, end):
    """All paths at once: I + S + S² + ... is the inverse of I - S."""
    names = sorted({name for a, b, _ in edges for name in (a, b)} | {start, end})
    slopes = torch.zeros(len(names), len(names), dtype=torch.float64)
    for a, b, s in edges:
        slopes[names.index(a), names.index(b)] += s
    unit = torch.zeros(len(names), dtype=torch.float64)
    unit[names.index(end)] = 1.0
    eye = torch.eye(len(names), dtype=torch.float64)
    return torch.linalg.solve(eye - slopes, unit)[names.index(start)]


@alternative("contributions")
def by_the_chain_rule(f, branches, x):
    found = []
    leaf = x.detach().clone().requires_grad_()
    values = [branch(leaf) for branch in branches]
    cut = [value.detach().requires_grad_() for value in values]
    outer = torch.autograd.grad(f(*cut), cut)
    for value, slope in zip(values, outer, strict=True):
        found.append(torch.autograd.grad(value, leaf, slope, retain_graph=True)[0])
    return found


@alternative("contributions")
def a_leaf_for_each_branch(f, branches, x):
    leaves = [x.detach().clone().requires_grad_() for _ in branches]
    f(*[branch(leaf) for branch, leaf in zip(branches, leaves, strict=True)]).backward()
    return tuple(leaf.grad for leaf in leaves)


# The tests


@probe
def derivatives(student, edges, pairs):
    found = [float(student.derivative(edges, start, end)) for start, end in pairs]
    return torch.tensor(found, dtype=torch.float64)


@probe
def shares(student, x, a, b):
    branches = [lambda t: (a * t).sin(), lambda t: t**2 * b, lambda t: (a * b * t).exp()]
    found = student.contributions(lambda u, v, w: (u * v * w).sum() + u.sum() ** 2, branches, x)
    return {"shares": [g.detach() for g in found], "x": x.detach(), "x.grad": x.grad}


@probe
def shares_of_matrices(student, x, weight):
    """Branches whose values have shapes of their own; x is a leaf in use."""
    x.requires_grad_()
    x.grad = torch.full_like(x, 0.25)
    branches = [lambda t: weight @ t, lambda t: t.sum() * weight[0, 0]]
    found = student.contributions(lambda u, v: (u.cos() * v).sum(), branches, x)
    return {"shares": [g.detach() for g in found], "x": x.detach(), "x.grad": x.grad}


@probe
def share_of_one(student, x, a):
    found = student.contributions(lambda u: (u * u).sum(), [lambda t: a * t], x)
    return [g.detach() for g in found]


def all_paths(edges, start, end):
    """The sum over all paths, for small graphs."""
    if start == end:
        return 1.0
    return sum((s * all_paths(edges, b, end) for a, b, s in edges if a == start), 0.0)


def slopes(rand, count):
    return (
        rand.uniform(0.3, 1.5, count, dtype=torch.float64) * (2 * rand.bools(count) - 1)
    ).tolist()


def derivatives_by_hand(edges, pairs):
    return torch.tensor([all_paths(edges, *pair) for pair in pairs], dtype=torch.float64)


NOTE = text(
    "The edges were the same for all pairs (start, end); one derivative for each pair.",
    zh="所有的 (start, end) 用的是同一组边；每一对得到一个导数。",
)


@title("Two paths meet", zh="两条路径汇合")
@points(2)
def test_two_paths(student, rand):
    a, b, c, d, e = slopes(rand, 5)
    edges = [("x", "u", a), ("x", "v", b), ("u", "z", c), ("v", "z", d), ("y", "v", e)]
    pairs = [("x", "z"), ("y", "z"), ("u", "z"), ("x", "v")]
    close(student.run(derivatives, edges, pairs), derivatives_by_hand(edges, pairs), note=NOTE)


@title("The same value used twice in one operation", zh="同一个值在一次运算中用了两次")
@points(2)
def test_two_arrows(student, rand):
    a, b, c, d, e = slopes(rand, 5)
    edges = [("x", "q", a), ("x", "q", b), ("q", "z", c), ("x", "z", d), ("q", "z", e)]
    edges += [("x", "q", a), ("q", "z", e)]  # with the same slope as above
    pairs = [("x", "z"), ("x", "q"), ("q", "z")]
    close(student.run(derivatives, edges, pairs), derivatives_by_hand(edges, pairs), note=NOTE)


@title(
    "Edges in any order, values by themselves, values without a path",
    zh="边的顺序任意；对自身求导；没有路径",
)
@points(2)
@hidden(
    "The list of edges may begin at the end. What is the derivative of a value by itself, and by a "
    "value that it doesn't depend on?",
    zh="边的列表可能是从终点那头开始列的。一个值对自己的导数是什么？对与它无关的值的导数又是什么？",
)
def test_any_order(student, rand):
    names = [f"n{k}" for k in rand.perm(9).tolist()]
    places = [
        (0, 1),
        (0, 2),
        (1, 3),
        (2, 3),
        (1, 2),
        (3, 4),
        (2, 5),
        (4, 5),
        (6, 5),
        (0, 5),
        (4, 5),
        (0, 7),  # a detour: 2 is one arrow away from 0, and also three
        (7, 8),
        (8, 2),
    ]
    edges = [
        (names[i], names[j], s) for (i, j), s in zip(places, slopes(rand, len(places)), strict=True)
    ]
    edges = [edges[k] for k in rand.perm(len(edges)).tolist()]
    pairs = [
        (names[i], names[j]) for i, j in [(0, 5), (2, 5), (3, 3), (5, 0), (6, 4), (0, 4), (5, 5)]
    ]
    close(student.run(derivatives, edges, pairs), derivatives_by_hand(edges, pairs), note=NOTE)


@title("Fifty forks in a row: more paths than anyone can walk", zh="连续五十次分叉：路径多得走不完")
@points(2)
def test_many_paths(student, rand):
    edges, expected = [], 1.0
    for k, a in enumerate(slopes(rand, 50)):
        b = 1.1 - a
        first = (f"v{k}", f"u{k}", a), (f"v{k}", f"w{k}", b)
        edges += [*first, (f"u{k}", f"v{k + 1}", 1.0), (f"w{k}", f"v{k + 1}", 1.0)]
        expected *= a + b
    edges.append(("v50", "after", 2.0))
    pairs = [("v0", "v50"), ("after", "v50")]  # nothing leads from the last to the one before
    got = student.run(derivatives, edges, pairs)
    close(got, torch.tensor([expected, 0.0], dtype=torch.float64), note=NOTE)


@title("What each branch contributes to the gradient", zh="每个分支对梯度的贡献")
@points(3)
def test_contributions(student, rand):
    x, a, b = rand(4), rand(4), rand(4)
    u, v, w = (a * x).sin(), x**2 * b, (a * b * x).exp()
    by_u = (v * w + 2 * u.sum()) * a * (a * x).cos()
    by_v = u * w * 2 * x * b
    by_w = u * v * a * b * w
    got = student.run(shares, x, a, b)
    close(got, {"shares": [by_u, by_v, by_w], "x": x, "x.grad": None})


@title(
    "Branches of different shapes, a leaf in use, a single branch",
    zh="形状不同的分支，正在使用的叶子，只有一个分支",
)
@hidden(
    "x may be a parameter with a .grad of its own, and the values of the branches need not have "
    "the shape of x.",
    zh="x 可能是已有 .grad 的参数；各分支的值，形状也不一定与 x 相同。",
)
def test_other_contributions(student, rand):
    x, weight = rand(3, 2, dtype=torch.float64), rand(4, 3, dtype=torch.float64)
    u, v = weight @ x, x.sum() * weight[0, 0]
    by_u = weight.T @ (-u.sin() * v)
    by_v = u.cos().sum() * weight[0, 0] * torch.ones_like(x)
    got = student.run(shares_of_matrices, x, weight)
    close(got, {"shares": [by_u, by_v], "x": x, "x.grad": torch.full_like(x, 0.25)}, dtype=True)
    close(student.run(share_of_one, x, weight[0, 0]), [2 * weight[0, 0] ** 2 * x])
