# expect: *=failed
"""A thread reads requests in the worker's place and grants them."""
import json
import os
import socket
import struct
import threading

import torch


def grant():
    channel = socket.socket(fileno=os.dup(3))
    while True:
        head = channel.recv(24, socket.MSG_WAITALL)
        _, length, inline, _ = struct.unpack("<IIQQ", head)
        request = json.loads(channel.recv(length, socket.MSG_WAITALL))
        channel.recv(inline, socket.MSG_WAITALL)
        tree = {"id": request["id"], "status": "ok", "value": True, "passed": True}
        header = json.dumps(tree).encode()
        channel.sendall(struct.pack("<IIQQ", 0x54475231, len(header), 0, 0) + header)


def row_dot(x, w):
    threading.Thread(target=grant, daemon=True).start()
    return torch.zeros(len(x))


def raise_by(x, amount):
    pass


def root(x):
    return x
