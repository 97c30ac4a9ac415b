import torch


def jacobian(f, x):
    z = x.detach().clone().requires_grad_(True)
    with torch.enable_grad():
        y = f(z)
    rows = []
    for k in range(y.shape[0]):
        g = None
        if y.requires_grad:
            g = torch.autograd.grad(y[k], z, retain_graph=True, allow_unused=True)[0]
        rows.append(torch.zeros_like(z) if g is None else g)
    return torch.stack(rows).detach() if rows else x.new_zeros(0, x.numel()).detach()


def jacobian_of_any_shape(f, x):
    shape = f(x.detach()).shape
    flat = jacobian(lambda t: f(t.reshape(x.shape)).reshape(-1), x.detach().reshape(-1))
    return flat.reshape(*shape, *x.shape)
