def walk(t):
    found = []
    todo = [t.grad_fn]
    known = set()
    while len(todo) > 0:
        fn = todo.pop()
        if fn is None or fn in known:
            continue
        known.add(fn)
        found.append(fn)
        for pair in fn.next_functions:
            todo.append(pair[0])
    return found


def operations(t):
    result = {}
    for fn in walk(t):
        name = type(fn).__name__
        result.setdefault(name, 0)
        result[name] += 1
    return result


def leaves(t):
    if t.is_leaf and t.requires_grad:
        return [t]
    return [fn.variable for fn in walk(t) if "AccumulateGrad" in fn.name()]


def depth(t):
    """Peels the graph from the top: a node's turn comes when all its users have had theirs."""
    waiting = dict.fromkeys(walk(t), 0)
    for fn in waiting:
        for child, _ in fn.next_functions:
            if child is not None:
                waiting[child] += 1
    distance = dict.fromkeys(waiting, 0)
    ready = [fn for fn, users in waiting.items() if users == 0]
    best = 0
    while ready:
        fn = ready.pop()
        here = distance[fn] + 1
        best = max(best, here)
        for child, _ in fn.next_functions:
            if child is not None:
                distance[child] = max(distance[child], here)
                waiting[child] -= 1
                if waiting[child] == 0:
                    ready.append(child)
    return best
