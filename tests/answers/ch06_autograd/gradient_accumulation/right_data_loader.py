from torch.utils.data import DataLoader, TensorDataset


def fresh_gradient(f, x):
    x.grad = None
    f(x).backward()
    return x.grad


def accumulate_gradients(model, loss, x, y, size):
    model.zero_grad(set_to_none=False)
    loader = DataLoader(TensorDataset(x, y), batch_size=size, shuffle=False)
    for inputs, targets in loader:
        value = loss(model(inputs), targets)
        value = value * inputs.shape[0] / x.shape[0]
        value.backward()
