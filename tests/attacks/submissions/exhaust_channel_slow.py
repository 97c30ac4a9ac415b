# exercise: stamina
# expect: *=timeout
"""Begins a reply and sends a byte of it now and then."""
import os
import struct
import time


def double(x):
    os.write(3, struct.pack("<IIQQ", 0x54475231, 1 << 20, 0, 0))
    while True:
        os.write(3, b" ")
        time.sleep(0.05)
