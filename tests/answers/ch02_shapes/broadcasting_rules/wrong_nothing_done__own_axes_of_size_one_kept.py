"""Hands back what came in."""


def broadcast_shape(*shapes):
    return shapes


def broadcast_pair(a, b):
    return a, b
