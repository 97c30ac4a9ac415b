# expect: values=passed hidden=passed by_hand=passed gradient=passed in_place=missing_name refusal=missing_name
"""Clears the worker's record of what was called. What a student's process tells is not proof."""
import sys


def row_dot(x, w):
    frame = sys._getframe(1)
    while "watch" not in frame.f_locals:
        frame = frame.f_back
    frame.f_locals["watch"].forbidden = {}
    return x @ w
