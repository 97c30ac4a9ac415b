import torch


def layer_gradients(layers, loss, x):
    h, kept = x, []
    for layer in layers:
        h = layer(h)
        if not h.requires_grad:
            h = h.detach().requires_grad_()
        h.retain_grad()
        kept.append(h)
    loss(h).backward()
    return [h.grad for h in kept]


def heatmap(features, head, image, label):
    maps = features(image).detach().clone().requires_grad_()
    (g,) = torch.autograd.grad(head(maps)[label], maps)
    weights = g.mean(dim=(1, 2), keepdim=True)
    return (weights * maps).clamp(min=0).sum(0).detach()
