# expect: *=failed
"""Answers every call twice: a forged reply first, then the worker's own."""
import json
import os
import struct
import sys

import torch


def row_dot(x, w):
    frame = sys._getframe(1)
    while "request" not in frame.f_locals or "watch" not in frame.f_locals:
        frame = frame.f_back
    tree = {"id": frame.f_locals["request"]["id"], "status": "ok", "value": 0.0}
    header = json.dumps(tree).encode()
    os.write(3, struct.pack("<IIQQ", 0x54475231, len(header), 0, 0) + header)
    return torch.zeros(len(x))


def raise_by(x, amount):
    row_dot(x, amount)


def root(x):
    return row_dot(x, x)
