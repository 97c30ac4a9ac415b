import sys
import threading
from collections import defaultdict


def collect(t):
    order, seen = [], set()

    def visit(node):
        if node is None or node in seen:
            return
        seen.add(node)
        for child, _ in node.next_functions:
            visit(child)
        order.append(node)

    before = sys.getrecursionlimit()
    sys.setrecursionlimit(20000)
    threading.stack_size(64 << 20)
    worker = threading.Thread(target=visit, args=(t.grad_fn,))
    worker.start()
    worker.join()
    sys.setrecursionlimit(before)
    return order


def operations(t):
    counts = defaultdict(int)
    for node in collect(t):
        counts[type(node).__name__] += 1
    return dict(counts)


def leaves(t):
    if t.requires_grad and t.grad_fn is None:
        return [t]
    return [n.variable for n in collect(t) if not n.next_functions and hasattr(n, "variable")]


def depth(t):
    if not t.requires_grad:
        return 0
    height = {None: 0}
    for node in collect(t):
        children = [height[child] for child, _ in node.next_functions]
        height[node] = 1 + max(children) if children else 0
    return max(height.values())
