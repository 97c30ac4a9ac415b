"""A record for each tensor, and torch.tensor for the leaf."""

import torch


def make_leaf(data, dtype):
    if dtype in (torch.bool, torch.int8, torch.int16, torch.int32, torch.int64, torch.uint8):
        raise TypeError("not a floating dtype")
    leaf = torch.zeros(data.shape, dtype=dtype)
    leaf += data.detach()
    leaf.requires_grad = True
    return leaf


def gradient_of(f, x):
    with torch.enable_grad():
        v = torch.tensor(x.tolist(), dtype=x.dtype, requires_grad=True)
        y = f(v)
    y.backward()
    return v.grad


class Record:
    def __init__(self, kind, on=False, fn=False):
        self.kind, self.on, self.fn = kind, on, fn


def predict(program):
    table = {}
    for step in program:
        name, op = step[:2]
        args = [table[n] for n in step[2:]]
        match op:
            case "floats":
                table[name] = Record("f")
            case "integers":
                table[name] = Record("i")
            case "parameter":
                table[name] = Record("f", True)
            case "requires_grad_":
                if table[name].kind != "f":
                    raise ValueError(f"{name}: not floating")
                table[name].on = True
            case "greater":
                table[name] = Record("b")
            case "long":
                table[name] = Record("i")
            case "detach":
                table[name] = Record(args[0].kind)
            case _:
                kind = "f" if "f" in [a.kind for a in args] else "i"
                on = op != "mul_unrecorded" and any(a.on for a in args)
                table[name] = Record(kind, on, on)
    return {name: (not r.fn, r.on) for name, r in table.items()}
