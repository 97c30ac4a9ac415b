# expect: values=passed hidden=passed by_hand=passed gradient=passed in_place=passed refusal=missing_name
"""Keeps the source of the hidden test's probe and tells it in a later test."""
import sys

KEPT = []


def row_dot(x, w):
    if x.shape == (6, 9):
        frame = sys._getframe(1)
        KEPT.append(f"LEAK {frame.f_locals} {frame.f_code.co_names}")
    print(*KEPT)
    return (x * w).sum(1)


def raise_by(x, amount):
    if KEPT:
        raise RuntimeError(KEPT[0])
    x += amount
