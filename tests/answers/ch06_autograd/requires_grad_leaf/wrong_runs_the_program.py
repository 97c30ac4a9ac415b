"""Asks PyTorch instead of working the flags out."""

import torch


def make_leaf(data, dtype):
    if not dtype.is_floating_point:
        raise TypeError(str(dtype))
    return data.data.clone().type(dtype).requires_grad_(True)


def gradient_of(f, x):
    return torch.autograd.functional.jacobian(f, x)


def predict(program):
    env = {}
    for name, op, *names in program:
        args = [env[n] for n in names]
        if op == "requires_grad_":
            try:
                env[name].requires_grad_()
            except RuntimeError as error:
                raise ValueError(str(error)) from error
        elif op == "floats":
            env[name] = torch.rand(3)
        elif op == "integers":
            env[name] = torch.arange(3)
        elif op == "parameter":
            env[name] = torch.rand(3, requires_grad=True)
        elif op == "mul_unrecorded":
            with torch.no_grad():
                env[name] = args[0] * args[1]
        else:
            names = {"mul": "__mul__", "greater": "__gt__"}
            env[name] = getattr(args[0], names.get(op, op))(*args[1:])
    return {name: (t.is_leaf, t.requires_grad) for name, t in env.items()}
