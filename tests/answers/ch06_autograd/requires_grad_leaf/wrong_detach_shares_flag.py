import torch


def make_leaf(data, dtype):
    if not dtype.is_floating_point:
        raise TypeError("no gradients for " + str(dtype))
    return data.detach().clone().to(dtype).requires_grad_()


def gradient_of(f, x):
    leaf = x.detach().clone().requires_grad_()
    return torch.autograd.grad(f(leaf), leaf)[0]


def predict(program):
    kind, needs, leaf = {}, {}, {}
    for name, op, *args in program:
        if op == "requires_grad_":
            if kind[name] != "float":
                raise ValueError(name)
            if leaf[name]:
                needs[name] = True
            for other, op2, *a in program:
                if op2 == "detach" and a == [name] and other in needs:
                    needs[other] = True
            continue
        recorded = False
        if op in ("floats", "parameter"):
            kind[name] = "float"
        elif op in ("integers", "long"):
            kind[name] = "int"
        elif op == "greater":
            kind[name] = "bool"
        elif op in ("mul", "mul_unrecorded"):
            kinds = {kind[a] for a in args}
            kind[name] = "float" if "float" in kinds else "int" if "int" in kinds else "bool"
            recorded = op == "mul" and any(needs[a] for a in args)
        else:
            kind[name] = kind[args[0]]
            recorded = op == "clone" and needs[args[0]]
        needs[name] = recorded or op == "parameter"
        leaf[name] = not recorded
    return {n: (leaf[n], needs[n]) for n in kind}
