import torch
import torch.nn.functional as F


def batch_columns(x, kernel_size, stride=1, padding=0):
    return torch.cat(tuple(F.unfold(x, kernel_size, 1, padding, stride)), 1)


def conv2d_by_matmul(x, w, b=None, stride=1, padding=0):
    return F.conv2d(x, w, b, stride, padding)
