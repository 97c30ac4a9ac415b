import torch.nn.functional as F


def batch_columns(x, kernel_size, stride=1, padding=0):
    kh, kw = kernel_size
    big = F.pad(x, (padding,) * 4)
    win = big.unfold(2, kh, stride).unfold(3, kw, 1)
    return win.permute(1, 4, 5, 0, 2, 3).flatten(3).flatten(0, 2)


def conv2d_by_matmul(x, w, b=None, stride=1, padding=0):
    n, c, h, _ = x.shape
    o, _, kh, kw = w.shape
    oh = (h + 2 * padding - kh) // stride + 1
    if kh == 1 and kw == 1 and stride == 1 and padding == 0:
        out = w.reshape(o, c) @ x.reshape(n, c, -1)
    else:
        out = w.reshape(o, -1) @ batch_columns(x, (kh, kw), stride, padding)
        out = out.reshape(o, n, -1).transpose(0, 1)
    out = out.reshape(n, o, oh, -1)
    if b is not None:
        out = out + b.reshape(-1, 1, 1)
    return out
