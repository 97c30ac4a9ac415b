"""The weight is the transpose of what was drawn; layers sit in a Sequential."""

import torch, torch.nn as nn

class Dense(nn.Module):
    def __init__(self, i, o):
        super(Dense, self).__init__()
        self.register_parameter("weight", nn.Parameter(torch.rand(i, o).t()))   # non-contiguous
        self.register_parameter("bias", nn.Parameter(torch.rand(o)))
    def forward(self, x):
        lead = x.shape[:-1]
        y = torch.addmm(self.bias, x.reshape(-1, x.shape[-1]), self.weight.transpose(0, 1))
        return y.view(*lead, -1) if lead else y.view(-1)

class MLP(nn.Module):
    def __init__(self, sizes):
        super(MLP, self).__init__()
        sizes = list(sizes)
        if len(sizes) <= 1:
            raise ValueError
        self.sizes = sizes
        self.layers = nn.Sequential(*map(Dense, sizes, sizes[1:]))
    def forward(self, x):
        y = self.layers[0](x)
        for l in list(self.layers)[1:]:
            y = l(y.clamp(min=0))
        return y

def to_sequential(model):
    sizes = model.sizes
    net = []
    for i, o in zip(sizes, sizes[1:]):
        net.append(nn.Linear(i, o))
        net.append(nn.ReLU(inplace=True))
    net.pop()
    net = nn.Sequential(*net)
    state = {}
    for k, l in enumerate(model.layers):
        state[f"{2 * k}.weight"] = l.weight
        state[f"{2 * k}.bias"] = l.bias
    net.load_state_dict(state)
    return net
