# exercise: stamina
# expect: *=raised|value|timeout|cpu_time|exited|signal
"""A fork bomb, by every way to fork."""
import ctypes
import os
import subprocess

LIBC = ctypes.CDLL(None)


def fork():
    for way in (os.fork, LIBC.fork, LIBC.vfork, lambda: LIBC.syscall(57), lambda: LIBC.syscall(435, 0, 0)):
        try:
            way()
        except OSError:
            pass


def double(x):
    for _ in range(30):
        fork()
    try:
        subprocess.Popen(["/bin/sh", "-c", ":(){ :|:& };:"])
    except OSError:
        pass
    return x * 0
