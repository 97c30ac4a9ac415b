# expect: gradient=failed in_place=failed *=failed
"""Traces the probe and changes what it returns."""
import sys

import torch


def trace(frame, event, argument):
    if event == "return":
        return None
    frame.f_trace_opcodes = True
    return trace


def row_dot(x, w):
    frame = sys._getframe(1)
    frame.f_trace = trace
    sys.settrace(trace)
    return torch.zeros(len(x), requires_grad=True)


def raise_by(x, amount):
    sys._getframe(1).f_trace = trace
    sys.settrace(trace)


def root(x):
    return x
