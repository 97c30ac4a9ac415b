import torch


def inverse_2x2(a):
    dtype = a.dtype if a.is_floating_point() else torch.float32
    (p, q), (r, s) = a.tolist()
    det = p * s - q * r
    if det == 0:
        raise ValueError("singular")
    return torch.tensor([[s / det, -q / det], [-r / det, p / det]], dtype=dtype)


def inverse(a):
    if a.dim() != 2 or a.shape[0] != a.shape[1]:
        raise ValueError("square matrix wanted")
    n = a.shape[0]
    m = torch.cat(
        [
            a.to(torch.promote_types(a.dtype, torch.float32)),
            torch.eye(n, dtype=torch.promote_types(a.dtype, torch.float32)),
        ],
        dim=1,
    )
    for j in range(n):
        p = j + int(m[j:, j].abs().argmax())
        if m[p, j] == 0:
            raise ValueError("singular")
        m[j], m[p] = m[p], m[j]
        m[j] = m[j] / m[j, j]
        for i in range(n):
            if i != j:
                m[i] = m[i] - m[i, j] * m[j]
    return m[:, n:]


def solve(a, b):
    if a.dim() != 2 or a.shape[0] != a.shape[1]:
        raise ValueError("square matrix wanted")
    if not a.is_floating_point():
        a, b = a.float(), b.float()
    single = b.dim() == 1
    m = a.clone()
    y = b.clone()
    if single:
        y = y.unsqueeze(1)
    n = m.shape[0]
    for j in range(n):
        best = j
        for i in range(j + 1, n):
            if abs(m[i, j]) > abs(m[best, j]):
                best = i
        if m[best, j] == 0:
            raise ValueError("singular")
        if best != j:
            m[[j, best]] = m[[best, j]]
            y[[j, best]] = y[[best, j]]
        for i in range(j + 1, n):
            f = m[i, j] / m[j, j]
            m[i] = m[i] - f * m[j]
            y[i] = y[i] - f * y[j]
    x = torch.zeros_like(y)
    for i in reversed(range(n)):
        x[i] = (y[i] - m[i, i + 1 :] @ x[i + 1 :]) / m[i, i]
    return x.squeeze(1) if single else x
