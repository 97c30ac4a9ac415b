import math
import torch

SELU_SCALE = 1.0507009873554805
SELU_ALPHA = 1.6732632423543772


def _each(x, f):
    dtype = x.dtype if x.dtype in (torch.float32, torch.float64) else torch.float32
    pairs = [f(v) for v in x.reshape(-1).tolist()]
    make = lambda k: torch.tensor([p[k] for p in pairs], dtype=dtype).reshape(x.shape)
    return make(0), make(1)


def relu(x):
    return _each(x, lambda v: (v, 1.0) if v > 0 else (0.0, 0.0))


def leaky_relu(x, slope=0.01):
    return _each(x, lambda v: (v, 1.0) if v > 0 else (v * slope, slope))


def elu(x, alpha=1.0):
    return _each(x, lambda v: (v, 1.0) if v > 0 else (alpha * math.expm1(v), alpha * math.exp(v)))


def selu(x):
    a, s = SELU_ALPHA, SELU_SCALE
    return _each(x, lambda v: (s * v, s) if v > 0 else (s * a * math.expm1(v), s * a * math.exp(v)))
