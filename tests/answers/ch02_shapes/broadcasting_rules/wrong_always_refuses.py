"""Raises whatever comes: refusals alone must not look like a misconception."""


def broadcast_shape(*shapes):
    raise ValueError("shapes do not broadcast")


def broadcast_pair(a, b):
    a, b = broadcast_shape(a.shape, b.shape)
    return a, b
