"""nn.Parameter copies, backward, and numbers from numpy."""

import numpy as np
import torch


def gradient_norms(weights, activation, x, v):
    params = [torch.nn.Parameter(w.detach().clone()) for w in weights]
    out = x.detach()
    for p in params:
        out = activation(torch.nn.functional.linear(out, p))
    torch.sum(out * v).backward()
    return [float(np.linalg.norm(p.grad.numpy())) for p in params]


def saturated_fraction(z, threshold):
    s = torch.sigmoid(z.flatten())
    slope = s - s * s
    return len(slope[slope < threshold]) / len(slope)


def dead_units(weight, bias, x):
    h = torch.relu(x @ weight.t() + bias)
    return h.sum(0) == 0
