# exercise: stamina
# expect: *=timeout
"""Sleeps, with every signal ignored."""
import signal
import time

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass


def double(x):
    while True:
        try:
            time.sleep(1000)
        except BaseException:
            pass
