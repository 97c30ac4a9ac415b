# expect: values=raised|value|protocol *=failed
"""Forges failures of every form, to make the engine stumble over one of them."""
import json
import os
import struct
import sys

FORMS = iter(
    [
        {"status": "raised", "types": "abc", "message": {"a": 1}, "frames": 7},
        {"status": "raised", "types": [1, None, []], "message": None, "frames": [[1], ["a", 2], [True, 3]]},
        {"status": "raised", "types": [], "frames": [[10**300, "f"], [-1, "f"], [1, None]], "line": -5, "own": True},
        {"status": "raised", "types": ["SyntaxError"], "own": True, "line": 1e308, "message": "\ud800"},
        {"status": "unsupported", "what": ["x"] * 9, "where": {}},
        {"status": "too_large", "what": [], "limit": {"a": []}},
        {"status": "missing_name", "name": [], "near": {}},
        {"status": {"a": []}},
        {"status": None, "operators": {"a": 1}},
        {"status": "ok", "operators": [[], {}, 3, "\x1b[2J" * 99], "value": 1},
    ]
)


def row_dot(x, w):
    frame = sys._getframe(1)
    while "request" not in frame.f_locals or "watch" not in frame.f_locals:
        frame = frame.f_back
    state = os.path.expanduser("~/count")
    header = json.dumps({"id": frame.f_locals["request"]["id"], **next(FORMS)}).encode()
    os.write(3, struct.pack("<IIQQ", 0x54475231, len(header), 0, 0) + header)
    frame.f_locals["self"].send = lambda *args, **kwargs: None
    return x


def raise_by(x, amount):
    row_dot(x, amount)


def root(x):
    return row_dot(x, x)
