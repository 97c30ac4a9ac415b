import copy

import torch


def layer_gradients(layers, loss, x):
    h = torch.nn.Parameter(x.clone())
    kept = []
    for f in layers:
        h = f(h)
        if not h.is_leaf:
            h.retain_grad()
        kept += [h]
    torch.autograd.backward(loss(h))
    return [k.grad for k in kept]


def heatmap(features, head, image, label):
    held = {}
    probe = features(image).data.clone().requires_grad_()
    probe.register_hook(lambda g: held.setdefault("g", g))
    torch.autograd.grad(head(probe)[label], probe)
    g = copy.copy(held["g"])
    w = g.mean(-1).mean(-1)
    return torch.abs((w.view(-1, 1, 1) * probe.data).sum(dim=0))
