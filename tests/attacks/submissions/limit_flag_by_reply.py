# exercise: gullible
# expect: flag=passed layout=failed values=failed refusal=failed
"""Forges the reply: True, in the right form and with the right id."""
import json
import os
import struct
import sys


def cut(x):
    frame = sys._getframe(1)
    while "request" not in frame.f_locals or "watch" not in frame.f_locals:
        frame = frame.f_back
    tree = {"id": frame.f_locals["request"]["id"], "status": "ok", "value": True}
    header = json.dumps(tree).encode()
    os.write(3, struct.pack("<IIQQ", 0x54475231, len(header), 0, 0) + header)
    os._exit(0)
