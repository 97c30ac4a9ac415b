import torch


def owners(counts):
    out = []
    for i, c in enumerate(counts.tolist()):
        out.extend([i] * c)
    return torch.tensor(out, dtype=torch.long)


def repeat_interleave(x, repeats, dim=None):
    if dim is None:
        return repeat_interleave(x.reshape(-1), repeats, 0)
    n = x.size(dim)
    if isinstance(repeats, int):
        repeats = torch.full((n,), repeats)
    elif len(repeats) == 1:
        repeats = repeats.repeat(n) if n else repeats
        if n == 0 and repeats[0] < 0:
            raise ValueError
        if n == 0:
            return x.clone()
    if len(repeats) != n or any(r < 0 for r in repeats):
        raise ValueError("counts")
    moved = x.movedim(dim, 0)
    return moved[owners(repeats)].movedim(0, dim)
