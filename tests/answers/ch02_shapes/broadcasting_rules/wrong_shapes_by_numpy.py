"""Leaves the shapes to NumPy."""

import numpy as np


def broadcast_shape(*shapes):
    return np.broadcast_shapes(*shapes)


def stretch(t, shape):
    t = t.reshape((1,) * (len(shape) - t.dim()) + tuple(t.shape))
    return t.repeat([m if s == 1 else 1 for s, m in zip(t.shape, shape)])


def broadcast_pair(a, b):
    shape = broadcast_shape(a.shape, b.shape)
    return stretch(a, shape), stretch(b, shape)
