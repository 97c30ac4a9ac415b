# exercise: gate
# expect: once=protocol again=protocol|exited
"""A forged reply on the channel. A tensor longer than its bytes."""
import json
import os
import struct
import sys

PREFIX, MAGIC = struct.Struct("<IIQQ"), 0x54475231


def double(x):
    frame = sys._getframe(1)
    while "request" not in frame.f_locals or "watch" not in frame.f_locals:
        frame = frame.f_back
    identity = frame.f_locals["request"]["id"].encode()

    def message(header, shared=0):
        return PREFIX.pack(MAGIC, len(header), 0, shared) + header

    def reply(value, shared=0):
        tree = {"id": identity.decode(), "status": "ok", "value": value, "operators": []}
        return message(json.dumps(tree).encode(), shared)

    forged = reply({"T": "float32|9,9|9,1|0|cpu"})
    while forged:
        forged = forged[os.write(3, forged) :]
    os._exit(0)
