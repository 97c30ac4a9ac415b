import torch


def pair(v):
    return (v, v) if isinstance(v, int) else v


def cut(x, kernel_size, stride, padding):
    (kh, kw), (sh, sw), (ph, pw) = pair(kernel_size), pair(stride), pair(padding)
    x = torch.nn.functional.pad(x, (pw, pw, ph, ph))
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("kernel does not fit")
    rows = [x[:, :, i : i + kh] for i in range(0, x.shape[2] - kh + 1, sh)]
    return torch.stack(
        [
            torch.stack([row[..., j : j + kw] for j in range(0, x.shape[3] - kw + 1, sw)], dim=2)
            for row in rows
        ],
        dim=2,
    )


def manual_conv2d(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels")
    patches = cut(x, tuple(w.shape[2:]), stride, padding)
    out = (patches.unsqueeze(1) * w[:, :, None, None]).sum((2, 5, 6))
    return out if b is None else out + b[:, None, None]


def im2col(x, kernel_size, stride=1, padding=0):
    patches = cut(x, kernel_size, stride, padding).contiguous()
    n, c, oh, ow, kh, kw = patches.shape
    return patches.view(n, c * kh * kw, oh * ow)
