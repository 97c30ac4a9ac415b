# expect: *=protocol
"""Answers, but not what was asked."""
import json
import os
import struct

HEADER = json.dumps({"id": "0" * 16, "status": "ok", "value": None, "operators": []}).encode()


def row_dot(*args):
    os.write(3, struct.pack("<IIQQ", 0x54475231, len(HEADER), 0, 0) + HEADER)
    os._exit(0)


raise_by = root = row_dot
