import torch


def passes(n, m, mode):
    return {"forward": n, "reverse": m, "central": 2 * n}[mode]


def cheaper_mode(n, m):
    return min(("forward", n), ("reverse", m), key=lambda p: (p[1], p[0] != "forward"))[0]


def full_jacobian(jvp, vjp, n, m):
    out = torch.zeros(m, n, dtype=torch.float64)
    if cheaper_mode(n, m) == "forward":
        for j, e in enumerate(torch.eye(n, dtype=torch.float64)):
            out[:, j] = jvp(e)
    else:
        for i in range(m):
            e = torch.zeros(m, dtype=torch.float64)
            e[i] = 1.0
            out[i] = vjp(e)
    return out


def multiplications(sizes, mode):
    if mode == "forward":
        return sum(sizes[0] * a * b for a, b in zip(sizes[1:], sizes[2:]))
    return sum(sizes[-1] * a * b for a, b in zip(sizes[:-2], sizes[1:-1]))
