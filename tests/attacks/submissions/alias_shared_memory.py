# expect: *=failed
"""Replies through the shared memory and goes on changing it while the grader reads."""
import json
import os
import struct
import sys
import threading
import time


def toggle(size, right):
    wrong = bytes(size)
    while True:
        os.pwrite(4, right, 0)
        os.pwrite(4, wrong, 0)


def row_dot(x, w):
    frame = sys._getframe(1)
    while "request" not in frame.f_locals or "watch" not in frame.f_locals:
        frame = frame.f_back
    size = 4 * len(x)
    tensor = {"T": f"float32|{len(x)}|1|0|cpu"}
    tree = {"id": frame.f_locals["request"]["id"], "status": "ok", "value": tensor}
    header = json.dumps(tree).encode()
    threading.Thread(target=toggle, args=(size, b"\x7f" * size), daemon=True).start()
    os.write(3, struct.pack("<IIQQ", 0x54475231, len(header), 0, size) + header)
    time.sleep(0.05)
    os._exit(0)
