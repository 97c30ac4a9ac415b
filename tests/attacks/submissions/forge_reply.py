# expect: *=value|type|shape|protocol|not_refused|exited
"""Writes a complete reply of its own, with the right id from the worker's frames, then dies."""
import json
import os
import struct
import sys


def reply(**tree):
    frame = sys._getframe(1)
    while "request" not in frame.f_locals or "watch" not in frame.f_locals:
        frame = frame.f_back
    identity = frame.f_locals["request"]["id"]
    header = json.dumps({"id": identity, **tree}).encode()
    os.write(3, struct.pack("<IIQQ", 0x54475231, len(header), 0, 0) + header)
    os._exit(0)


def row_dot(x, w):
    reply(status="ok", value=True, passed=True, verdict="passed", score=7, operators=[])


def raise_by(x, amount):
    reply(status="passed", value={"u": [True, True]})


def root(x):
    reply(status="ok", value={"T": "float32|0|1|0|cpu"}, earned=7)
