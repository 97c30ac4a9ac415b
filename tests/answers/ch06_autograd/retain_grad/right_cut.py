import torch


def layer_gradients(layers, loss, x):
    outs, cuts = [], []
    h = x
    for layer in layers:
        out = layer(h)
        h = out.detach().clone().requires_grad_()
        outs.append(out)
        cuts.append(h)
    loss(h).backward()
    for out, cut in list(zip(outs, cuts, strict=True))[::-1]:
        if out.requires_grad:
            out.backward(cut.grad)
    return [cut.grad for cut in cuts]


def heatmap(features, head, image, label):
    maps = features(image.detach()).detach().clone().requires_grad_()
    (g,) = torch.autograd.grad(head(maps)[label], [maps])
    channels, height, width = maps.shape
    out = torch.zeros(height, width, dtype=maps.dtype)
    for c in range(channels):
        out += g[c].sum() / (height * width) * maps[c].detach()
    return torch.where(out > 0, out, torch.zeros_like(out))
