# exercise: stamina
# expect: *=passed
"""Right, but leaves threads that burn what is left of its time; the next in line must not pay."""
import threading


def burn():
    while True:
        pass


def double(x):
    threading.Thread(target=burn, daemon=True).start()
    return 2 * x
