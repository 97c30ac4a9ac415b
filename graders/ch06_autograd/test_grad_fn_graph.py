"""Walks through the graph behind a tensor: every node once, down to the leaves."""

from __future__ import annotations

from collections import Counter

import torch

from torchgrade.authoring import (
    alternative,
    close,
    hidden,
    misconception,
    points,
    probe,
    title,
)

# Graphs can't cross the wall, so they are built beside the student's code.


@probe
def graph(student, kind, a, b, c, n):
    """A tensor with a graph, and the leaves in it."""
    a, b, c = (leaf.requires_grad_() for leaf in (a, b, c))
    if kind == "formula":
        t = ((a * b).exp() + a * 3).sum() * c
    elif kind == "sides":  # the longest way is neither the first nor the last
        t = torch.stack([a, (b * b).sin().exp(), c + 1]).sum()
    elif kind == "bypass":  # twice something long beside something short, in either order
        t = (a * b).sin()
        t = t + t.exp()
        t = torch.tanh(t) + t + a * c
    elif kind == "frozen":
        t = torch.tanh(a.detach() * b) + c.detach().exp()
    elif kind == "shared":
        t = a
        for _ in range(n):
            t = t * t
        t = t + b
    elif kind == "chain":
        t = a
        for number in range(n):
            t = t + 1 if number % 3 else t * 1
    elif kind == "leaf":
        t = a
    elif kind == "constant":
        t = a.detach() * 2
    else:  # a comparison has no history, whatever it compares
        t = a * b > c
    return t


@probe
def counted(student, function, kind, a, b, c, n):
    return getattr(student, function)(graph(student, kind, a, b, c, n))


@probe
def found_leaves(student, kind, a, b, c, n):
    """What each leaf holds, and the gradient that arrives at it; sorted, since any order will do."""
    t = graph(student, kind, a, b, c, n)
    leaves = student.leaves(t)
    if t.requires_grad:
        t.sum().backward()
    return sorted([leaf.item(), 0.0 if leaf.grad is None else leaf.grad.item()] for leaf in leaves)


# What students get wrong.


@misconception(
    "operations",
    "AccumulateGrad is missing: the nodes at which the gradients arrive belong to the graph, too.",
    zh="漏了 AccumulateGrad：梯度最终到达的那些节点也属于计算图。",
)
def accumulation_left_out(t):
    names = [type(node).__name__ for node in nodes(t)]
    return dict(Counter(name for name in names if name != "AccumulateGrad"))


@misconception(
    "operations",
    "A node was counted once for each way that leads to it. The graph is no tree: a tensor that is "
    "used twice is still one node.",
    zh="节点按通向它的路数计了多次。计算图不是树：用了两次的张量仍然只是一个节点。",
)
def counted_per_way(t):
    counts, stack = Counter(), [t.grad_fn] if t.grad_fn is not None else []
    while stack and sum(counts.values()) < 5000:
        node = stack.pop()
        counts[type(node).__name__] += 1
        stack.extend(operands(node))
    return dict(counts)


@misconception(
    "operations",
    "Only the first operand of each operation was followed. next_functions has an entry for each.",
    zh="每个运算只跟着第一个操作数走。next_functions 里，每个操作数各有一项。",
)
def first_operand_only(t):
    counts, node = Counter(), t.grad_fn
    while node is not None:
        counts[type(node).__name__] += 1
        node = node.next_functions[0][0] if node.next_functions else None
    return dict(counts)


@misconception(
    "operations",
    "The walk stumbled over None: that is what stands in next_functions for a constant operand.",
    zh="走到 None 就出错了：操作数是常数时，next_functions 里放的就是 None。",
)
def none_not_skipped(t):
    counts, seen = Counter(), set()
    stack = [] if t.grad_fn is None else [t.grad_fn]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            counts[type(node).__name__] += 1
            stack.extend(operand for operand, _ in node.next_functions)
    return dict(counts)


@misconception(
    "operations",
    "A leaf, or a tensor without history, has no grad_fn: there is nothing to walk, but that is an "
    "answer, too.",
    zh="叶子以及不带历史的张量没有 grad_fn：没有什么可走，但这也是一种答案。",
)
def history_taken_for_granted(t):
    t.grad_fn.next_functions  # noqa: B018  # fails for None
    return dict(Counter(type(node).__name__ for node in nodes(t)))


@misconception(
    "operations",
    "The last operation is missing: the walk began at what grad_fn leads to. grad_fn is itself the "
    "first node.",
    zh="漏了最后一个运算：是从 grad_fn 所通向的节点开始走的。grad_fn 本身就是第一个节点。",
)
def last_operation_left_out(t):
    return dict(Counter(type(node).__name__ for node in nodes(t)[:-1]))


@misconception(
    "operations",
    "The names are those of node.name(), which for AccumulateGrad is another than the class's.",
    zh="名字取自 node.name()，而 AccumulateGrad 的 name() 与类名不同。",
)
def names_by_the_method(t):
    return dict(Counter(node.name() for node in nodes(t)))


@misconception(
    "leaves",
    "A leaf comes several times, once for each way that leads to it. It is one tensor, and it gets "
    "one gradient: the sum over all ways.",
    zh="同一个叶子按通向它的路数出现了多次。它只是一个张量，得到的也只是一个梯度：各条路之和。",
)
def leaf_per_way(t):
    if t.grad_fn is None:
        return [t] if t.requires_grad else []
    found, stack = [], [t.grad_fn]
    while stack and len(found) < 2000:
        node = stack.pop()
        if type(node).__name__ == "AccumulateGrad":
            found.append(node.variable)
        stack.extend(operands(node))
    return found


@misconception(
    "leaves",
    "A leaf that requires gradients has no graph behind it, but it is a leaf itself: backward() "
    "would fill its own .grad.",
    zh="需要梯度的叶子背后没有图，但它自己就是叶子：backward() 会填它自己的 .grad。",
)
def own_leaf_forgotten(t):
    return [node.variable for node in nodes(t) if type(node).__name__ == "AccumulateGrad"]


@misconception(
    "leaves",
    "These are copies with the leaves' numbers, or detached views of them. No gradient ever arrives "
    "there.",
    zh="返回的是数值相同的副本，或者切断了的视图。梯度永远不会到达那里。",
)
def leaves_copied(t):
    if t.grad_fn is None:
        return [t.detach()] if t.requires_grad else []
    found = [node.variable for node in nodes(t) if type(node).__name__ == "AccumulateGrad"]
    return [leaf.detach() for leaf in found]


@misconception(
    "leaves",
    "A tensor that requires no gradients was given as its own leaf. No backward() would bring it "
    "one.",
    zh="不需要梯度的张量被当成了自己的叶子。没有哪个 backward() 会给它带来梯度。",
)
def constants_are_leaves(t):
    if t.grad_fn is None:
        return [t]
    return [node.variable for node in nodes(t) if type(node).__name__ == "AccumulateGrad"]


@misconception(
    "depth",
    "AccumulateGrad was counted as an operation, so everything is deeper by one.",
    zh="把 AccumulateGrad 也算作了一个运算，于是每个深度都多了 1。",
)
def accumulation_counted(t):
    longest = {}
    for node in nodes(t):
        longest[node] = 1 + max((longest[operand] for operand in operands(node)), default=0)
    return max(longest.values(), default=0)


@misconception(
    "depth",
    "This is the number of all operations. They lie side by side, too; the depth counts those on "
    "the longest single way.",
    zh="这是全部运算的个数。运算之间也有并列的；深度只数最长的那一条路上的。",
)
def operations_in_all(t):
    return sum(type(node).__name__ != "AccumulateGrad" for node in nodes(t))


@misconception(
    "depth",
    "This is the length of the shortest way to a leaf.",
    zh="这是到叶子的最短路径的长度。",
)
def shortest_way(t):
    shortest = {}
    for node in nodes(t):
        below = min((shortest[operand] for operand in operands(node)), default=0)
        shortest[node] = below + (type(node).__name__ != "AccumulateGrad")
    return shortest[nodes(t)[-1]] if shortest else 0


@misconception(
    "depth",
    "Each node got its level when it was first met, that is on a short way to it. A longer way may "
    "come to the same node later, and everything below it then lies deeper.",
    zh="每个节点的层数在第一次遇到它时就定下了，而那时走的是一条较短的路。之后可能还有更长的路通到同一个节点，"
    "它下面的一切也就更深。",
)
def levels_at_first_sight(t):
    level, seen, count = [t.grad_fn] if t.grad_fn is not None else [], set(), 0
    while level:
        seen.update(level)
        level = [node for node in level if type(node).__name__ != "AccumulateGrad"]
        count += bool(level)
        level = list({operand for node in level for operand in operands(node)} - seen)
    return count


@misconception(
    "depth",
    "Only the way through the first operands was measured. The longest may lead through any of them.",
    zh="只量了沿第一个操作数的那条路。最长的路可能经过任何一个操作数。",
)
def way_of_first_operands(t):
    length, node = 0, t.grad_fn
    while node is not None and type(node).__name__ != "AccumulateGrad":
        length += 1
        node = next(iter(operands(node)), None)
    return length


@misconception(
    "depth",
    "The function calls itself for each operation on the way, and a long chain goes beyond what "
    "Python's recursion bears. Keep a list of your own of what is still to be visited.",
    zh="函数沿路每遇到一个运算就调用自己一次，链条一长就超出了 Python 递归的限度。"
    "请用自己的列表记下还要访问的节点。",
)
def by_recursion(t):
    known = {}

    def below(node):
        if node not in known:
            own = type(node).__name__ != "AccumulateGrad"
            known[node] = own + max((below(operand) for operand in operands(node)), default=0)
        return known[node]

    return below(t.grad_fn) if t.grad_fn is not None else 0


# Other right answers.


@alternative("operations")
def level_by_level(t):
    level, seen = {t.grad_fn} - {None}, set()
    while level:
        seen |= level
        level = {operand for node in level for operand, _ in node.next_functions} - seen - {None}
    counts = {}
    for node in seen:
        counts[node.__class__.__name__] = counts.get(node.__class__.__name__, 0) + 1
    return counts


@alternative("leaves")
def by_attribute(t):
    if t.is_leaf:
        return [t] * t.requires_grad
    queue, found = [t.grad_fn], {}
    visited = []
    known = set()
    while queue:
        node = queue.pop(0)
        if node in known:
            continue
        known.add(node)
        visited.append(node)
        if hasattr(node, "variable"):
            found[id(node.variable)] = node.variable
        queue += [operand for operand, _ in node.next_functions if operand is not None]
    return list(found.values())


@alternative("depth")
def wave_by_wave(t):
    # After k waves the set holds what k operations lead to; the last one that isn't empty counts.
    wave, waves = [] if t.grad_fn is None else [t.grad_fn], 0
    while wave:
        wave = [node for node in wave if type(node).__name__ != "AccumulateGrad"]
        waves += bool(wave)
        wave = list({operand for node in wave for operand in operands(node)})
    return waves


# The tests.


def names(a, b, c, kind, n=0):
    """The names in a graph that is built here."""
    seen, stack = set(), [graph.__wrapped_function__(None, kind, a, b, c, n).grad_fn]
    while stack:
        node = stack.pop()
        if node is not None and node not in seen:
            seen.add(node)
            stack.extend(operand for operand, _ in node.next_functions)
    return dict(Counter(type(node).__name__ for node in seen))


@title("operations: every node once", zh="operations：每个节点数一次")
@points(2)
def test_operations(student, rand):
    for kind in ("formula", "sides", "frozen"):
        a, b, c = rand(), rand(), rand()
        expected = names(a.clone(), b.clone(), c.clone(), kind)
        close(student.run(counted, "operations", kind, a, b, c, 0), expected)


@title("operations: nothing recorded, nothing found", zh="operations：没有记录，就什么也没有")
def test_no_operations(student, rand):
    for kind in ("frozen", "constant", "leaf", "comparison"):
        a, b, c = rand(), rand(), rand()
        expected = names(a.clone(), b.clone(), c.clone(), kind)
        close(student.run(counted, "operations", kind, a, b, c, 0), expected)


@title("operations: many ways, and a long one", zh="operations：路很多，以及路很长")
@hidden(
    "How often does your walk visit a node that can be reached in two ways? And how deep may a "
    "function call itself?",
    zh="一个节点有两条路可到时，你会访问它几次？函数调用自己，最深能到多少层？",
)
def test_large_graphs(student, rand):
    for kind, n in [("shared", 40), ("chain", 3000)]:
        a, b, c = rand(), rand(), rand()
        expected = names(a.clone(), b.clone(), c.clone(), kind, n)
        close(student.run(counted, "operations", kind, a, b, c, n), expected)


def gradients_of_leaves(a, b, c, kind, n=0):
    leaves = [leaf.clone().requires_grad_() for leaf in (a, b, c)]
    graph.__wrapped_function__(None, kind, *leaves, n).sum().backward()
    return sorted([leaf.item(), leaf.grad.item()] for leaf in leaves if leaf.grad is not None)


@title("leaves: where the gradients arrive", zh="leaves：梯度到达的地方")
@points(2)
def test_leaves(student, rand):
    for kind, n in [("formula", 0), ("sides", 0), ("frozen", 0), ("shared", 3)]:
        a, b, c = rand(), rand(), rand()
        expected = gradients_of_leaves(a, b, c, kind, n)
        close(student.run(found_leaves, kind, a, b, c, n), expected)


@title("leaves: of a leaf, of a constant, of large graphs", zh="leaves：叶子的、常数的、大图的叶子")
def test_simple_leaves(student, rand):
    for kind in ("leaf", "constant", "comparison"):
        a, b, c = rand(), rand(), rand()
        expected = [[a.item(), 1.0]] if kind == "leaf" else []
        close(student.run(found_leaves, kind, a, b, c, 0), expected)
    for kind, n in [("shared", 40), ("chain", 3000)]:
        a, b, c = rand.uniform(0.9, 1), rand(), rand()
        expected = gradients_of_leaves(a, b, c, kind, n)
        close(student.run(found_leaves, kind, a, b, c, n), expected)


@title("depth: the longest way", zh="depth：最长的路")
@points(2)
def test_depth(student, rand):
    known = {"formula": 5, "sides": 5, "frozen": 3, "leaf": 0, "constant": 0, "comparison": 0}
    for kind, expected in known.items():
        close(student.run(counted, "depth", kind, rand(), rand(), rand(), 0), expected)
    close(student.run(counted, "depth", "shared", rand(), rand(), rand(), 6), 7)
    close(student.run(counted, "depth", "bypass", rand(), rand(), rand(), 0), 7)


@title("depth: many ways, and a long one", zh="depth：路很多，以及路很长")
@hidden(
    "Work the depth of each node out once, from the leaves upwards, without recursion.",
    zh="从叶子往上，每个节点的深度只求一次，不要用递归。",
)
def test_depth_of_large_graphs(student, rand):
    for kind, n, expected in [("shared", 40, 41), ("chain", 3000, 3000)]:
        close(student.run(counted, "depth", kind, rand(), rand(), rand(), n), expected)
