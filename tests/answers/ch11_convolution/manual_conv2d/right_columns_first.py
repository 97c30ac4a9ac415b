# im2col does the work, by one shifted slice per kernel weight; the convolution is a matmul.
import torch


def unpack(v):
    try:
        a, b = v
    except TypeError:
        a = b = v
    return a, b


def im2col(x, kernel_size, stride=1, padding=0):
    kh, kw = unpack(kernel_size)
    sh, sw = unpack(stride)
    ph, pw = unpack(padding)
    n, c, h, w = x.shape
    side = torch.zeros(n, c, h, pw).to(x)
    x = torch.cat([side, x, side], dim=3)
    edge = torch.zeros(n, c, ph, w + 2 * pw).to(x)
    x = torch.cat([edge, x, edge], dim=2)
    oh = 1 + (h + 2 * ph - kh) // sh
    ow = 1 + (w + 2 * pw - kw) // sw
    if oh <= 0 or ow <= 0:
        raise ValueError("no room for the kernel")
    rows = []
    for channel in range(c):
        for u in range(kh):
            for v in range(kw):
                shifted = x[:, channel, u:, v:][:, ::sh, ::sw][:, :oh, :ow]
                rows.append(shifted.reshape(n, oh * ow))
    return torch.stack(rows, 1)


def manual_conv2d(x, w, b=None, stride=1, padding=0):
    if x.size(1) != w.size(1):
        raise ValueError("channels")
    kh, kw = w.shape[-2:]
    columns = im2col(x, (kh, kw), stride, padding)
    flat = w.reshape(w.size(0), -1)
    if b is not None:
        # The bias is a weight for a pixel that is always 1.
        flat = torch.cat([flat, b.unsqueeze(1)], dim=1)
        columns = torch.cat([columns, torch.ones_like(columns[:, :1])], dim=1)
    out = torch.matmul(flat, columns)
    oh = (x.size(2) + 2 * unpack(padding)[0] - kh) // unpack(stride)[0] + 1
    return torch.stack(out.tensor_split(oh, dim=2), dim=2)
