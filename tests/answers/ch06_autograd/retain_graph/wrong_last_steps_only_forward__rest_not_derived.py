import torch


def head_gradients(trunk, heads, x):
    leaf = x.detach().clone().requires_grad_()
    h = trunk(leaf)
    out = []
    for i, head in enumerate(heads):
        last = i == len(heads) - 1
        out.append(torch.autograd.grad(head(h), leaf, retain_graph=not last)[0])
    return out


def reusable(x, n):
    total = x.sum()
    for _ in range(n - 1):
        total = total + x.sum()
    return total


def truncated(cell, loss, xs, ys, state, k):
    state = state.detach()
    total = 0
    for t, (x, y) in enumerate(zip(xs, ys, strict=True), 1):
        state = cell(x, state)
        total = total + loss(state, y)
        if t % k == 0:
            total.backward()
            total, state = 0, state.detach()
    return state.detach()
