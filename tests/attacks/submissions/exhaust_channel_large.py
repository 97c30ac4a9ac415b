# exercise: stamina
# expect: *=timeout|protocol
"""Announces the largest reply there may be and never sends it."""
import os
import struct
import time


def double(x):
    os.write(3, struct.pack("<IIQQ", 0x54475231, 2, 256 << 20, 0) + b"{}")
    time.sleep(1000)
