import torch


def make_leaf(data, dtype):
    if not dtype.is_floating_point:
        raise TypeError(str(dtype))
    return data.data.clone().type(dtype).requires_grad_(True)


def gradient_of(f, x):
    return torch.autograd.functional.jacobian(f, x)


def predict(program):
    needs, leaf, real = {}, {}, {}
    for name, op, *names in program:
        if op == "requires_grad_":
            if not real[name]:
                raise ValueError
            needs[name] = True
        elif op in {"floats", "integers", "parameter"}:
            real[name], needs[name], leaf[name] = op != "integers", op == "parameter", True
        else:
            real[name] = any(map(real.get, names)) and op not in {"greater", "long"}
            needs[name] = any(map(needs.get, names)) and op in {"mul", "clone"}
            leaf[name] = not needs[name]
    return {name: (leaf[name], needs[name]) for name in real}
