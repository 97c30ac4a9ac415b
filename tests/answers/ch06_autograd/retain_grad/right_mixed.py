import torch


def layer_gradients(layers, loss, x):
    start = torch.zeros_like(x, requires_grad=True)
    outs = [start + x]
    for layer in layers:
        outs.append(layer(outs[-1]))
    outs = outs[1:]
    total = loss(outs[-1])
    found = torch.autograd.grad(total, outs, retain_graph=True)
    total.backward()
    return [g.clone() for g in found]


def heatmap(features, head, image, label):
    maps = features(image).detach()
    maps.requires_grad = True
    score = head(maps)[label]
    slope = torch.autograd.grad(score, maps)[0]
    channels, height, width = maps.shape
    weights = slope.reshape(channels, -1).sum(1) / (height * width)
    with torch.no_grad():
        out = torch.tensordot(weights, maps, dims=1)
        out[out < 0] = 0
    return out
