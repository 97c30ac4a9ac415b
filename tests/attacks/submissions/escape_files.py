# expect: values=value *=failed
"""Writes where it must not: the environment, devices, its own view of the system."""
import os
import sys

import torch

PLACES = ["/etc/x", "/usr/lib/x", "/dev/x", "/x", "/proc/sys/kernel/hostname", "/proc/self/oom_score_adj",
          "/sys/x", "/proc/sysrq-trigger", "/var/x", "/root/x", os.path.join(sys.prefix, "lib", "x"),
          os.path.join(os.path.dirname(torch.__file__), "x.py"), torch.__file__]


def row_dot(x, w):
    for place in PLACES:
        for way in (lambda: os.close(os.open(place, os.O_WRONLY | os.O_CREAT)),
                    lambda: os.symlink("/", place), lambda: os.mkdir(place),
                    lambda: os.chmod(place, 0o777), lambda: os.unlink(place)):
            try:
                way()
                return (x * w).sum(1) if "oom_score_adj" not in place else torch.zeros(len(x))
            except OSError:
                pass
    return torch.zeros(len(x))
