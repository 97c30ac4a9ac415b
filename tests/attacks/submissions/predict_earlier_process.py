# expect: values=exited hidden=exited by_hand=exited gradient=exited in_place=missing_name refusal=missing_name
"""Leaves a note wherever it can and dies; right only for whoever finds a note."""
import os
import tempfile

PLACES = [os.path.expanduser("~"), tempfile.gettempdir(), "/tmp", "/dev/shm", "/var/tmp", ".", ".."]


def row_dot(x, w):
    for place in PLACES:
        if os.path.exists(f"{place}/note") or "note" in os.environ:
            return (x * w).sum(1)
    for place in PLACES:
        try:
            open(f"{place}/note", "w").write("been here")
        except OSError:
            pass
    os.environ["note"] = "been here"
    os.write(4, b"been here")
    os._exit(0)
