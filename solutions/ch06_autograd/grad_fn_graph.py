"""Walk the graph that autograd has recorded."""

from __future__ import annotations

from collections import Counter

from torch import Tensor
from torch.autograd.graph import Node


def operations(t: Tensor) -> dict[str, int]:
    """Count the nodes of the graph of ``t`` by their names, each node once."""
    return dict(Counter(type(node).__name__ for node in nodes(t)))


def leaves(t: Tensor) -> list[Tensor]:
    """The leaves that ``t.sum().backward()`` would bring gradients to."""
    if t.grad_fn is None:
        return [t] if t.requires_grad else []
    return [node.variable for node in nodes(t) if type(node).__name__ == "AccumulateGrad"]


def depth(t: Tensor) -> int:
    """The number of operations on the longest way from ``t`` to a leaf."""
    longest: dict[Node, int] = {}
    for node in nodes(t):  # operands first
        below = max((longest[operand] for operand in operands(node)), default=0)
        longest[node] = below + (type(node).__name__ != "AccumulateGrad")
    return max(longest.values(), default=0)


def operands(node: Node) -> list[Node]:
    """The nodes that ``node`` hands gradients on to; constants have none."""
    return [operand for operand, _ in node.next_functions if operand is not None]


def nodes(t: Tensor) -> list[Node]:
    """All nodes of the graph of ``t``, each once and after its operands."""
    order: list[Node] = []
    seen: set[Node] = set()
    # A stack of our own: a long chain would exceed Python's recursion limit.
    stack = [] if t.grad_fn is None else [(t.grad_fn, False)]
    while stack:
        node, operands_done = stack.pop()
        if operands_done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((operand, False) for operand in operands(node))
    return order
