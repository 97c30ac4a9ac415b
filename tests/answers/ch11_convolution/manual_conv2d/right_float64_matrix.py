import torch


def im2col(x, kernel_size, stride=1, padding=0):
    kh, kw = (kernel_size,) * 2 if type(kernel_size) is int else kernel_size
    sh, sw = (stride,) * 2 if type(stride) is int else stride
    ph, pw = (padding,) * 2 if type(padding) is int else padding
    p = torch.nn.ZeroPad2d((pw, pw, ph, ph))(x)
    H, W = p.shape[-2:]
    if kh > H or kw > W:
        raise ValueError
    cols = [
        p[:, :, i : i + kh, j : j + kw].reshape(len(p), -1)
        for i in range(0, H - kh + 1, sh)
        for j in range(0, W - kw + 1, sw)
    ]
    return torch.stack(cols, dim=-1)


def manual_conv2d(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1]:
        raise ValueError
    kh, kw = w.shape[2:]
    sh, sw = (stride,) * 2 if type(stride) is int else stride
    ph, pw = (padding,) * 2 if type(padding) is int else padding
    cols = im2col(x.double(), (kh, kw), stride, padding)
    y = w.double().flatten(1) @ cols
    y = y.unflatten(
        -1, ((x.shape[2] + 2 * ph - kh) // sh + 1, (x.shape[3] + 2 * pw - kw) // sw + 1)
    )
    if b is not None:
        y += b.double()[:, None, None]
    return y.to(x.dtype)
