def nodes(t):
    if t.grad_fn is None:
        return []
    seen, stack = {t.grad_fn}, [t.grad_fn]
    while stack:
        for nxt, _ in stack.pop().next_functions:
            if nxt is not None and nxt not in seen:
                seen.add(nxt)
                stack.append(nxt)
    return list(seen)


def operations(t):
    counts = {}
    for node in nodes(t):
        name = type(node).__name__
        counts[name] = counts.get(name, 0) + 1
    return counts


def leaves(t):
    if t.grad_fn is None:
        return [t] if t.requires_grad else []
    return [n.variable for n in nodes(t) if hasattr(n, "variable")]


def depth(t):
    if t.grad_fn is None:
        return 0
    level, seen, count = [t.grad_fn], {t.grad_fn}, 0
    while level:
        level = [n for n in level if type(n).__name__ != "AccumulateGrad"]
        if not level:
            return count
        count += 1
        below = []
        for node in level:
            for n, _ in node.next_functions:
                if n is not None and n not in seen:
                    seen.add(n)
                    below.append(n)
        level = below
    return count
