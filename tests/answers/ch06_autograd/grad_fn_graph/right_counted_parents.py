from collections import deque


def graph(t):
    below = {}
    todo = deque([t.grad_fn] if t.grad_fn else [])
    while todo:
        node = todo.popleft()
        if node in below:
            continue
        below[node] = {n for n, _ in node.next_functions if n is not None}
        todo.extend(below[node])
    return below


def operations(t):
    names = [n.__class__.__name__ for n in graph(t)]
    return {name: names.count(name) for name in names}


def leaves(t):
    if t.requires_grad and t.is_leaf:
        return [t]
    return [n.variable for n, below in graph(t).items() if not below]


def depth(t):
    below = graph(t)
    parents = dict.fromkeys(below, 0)
    for children in below.values():
        for c in children:
            parents[c] += 1
    ready = [n for n, k in parents.items() if k == 0]
    level = dict.fromkeys(below, 0)
    while ready:
        n = ready.pop()
        for c in below[n]:
            level[c] = max(level[c], level[n] + 1)
            parents[c] -= 1
            if not parents[c]:
                ready.append(c)
    return max(level.values(), default=0)
