# exercise: stamina
# expect: *=timeout|cpu_time
"""Floods standard output through the widest pipe that it can have, from several threads."""
import fcntl
import os
import threading

try:
    fcntl.fcntl(1, 1031, 1 << 20)
except OSError:
    pass


def flood():
    while True:
        os.write(1, bytes(1 << 20))


def double(x):
    for _ in range(3):
        threading.Thread(target=flood, daemon=True).start()
    flood()
