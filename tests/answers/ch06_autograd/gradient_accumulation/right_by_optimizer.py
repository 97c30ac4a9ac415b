import torch


def fresh_gradient(f, x):
    torch.optim.SGD([x], lr=0.1).zero_grad(set_to_none=True)
    f(x).backward()
    return x.grad.detach().clone()


def accumulate_gradients(model, loss, x, y, size):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    optimizer.zero_grad()
    data = torch.utils.data.TensorDataset(x, y)
    for rows, targets in torch.utils.data.DataLoader(data, batch_size=size):
        weight = len(rows) / len(data)
        loss(model(rows), targets).backward(torch.tensor(weight))
