import torch


def derivative(edges, start, end):
    d = {start: 1.0}
    queue, seen = [start], {start}
    while queue:
        a = queue.pop(0)
        for c, b, s in edges:
            if c == a:
                d[b] = d.get(b, 0.0) + s * d[a]
                if b not in seen:
                    seen.add(b)
                    queue.append(b)
    return d.get(end, 0.0)


def contributions(f, branches, x):
    t = x.detach().clone().requires_grad_()
    ys = [b(t) for b in branches]
    leaves = [y.detach().requires_grad_() for y in ys]
    gs = torch.autograd.grad(f(*leaves), leaves)
    return [torch.autograd.grad(y, t, g, retain_graph=True)[0] for y, g in zip(ys, gs)]
