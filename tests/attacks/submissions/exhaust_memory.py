# exercise: stamina
# expect: *=memory|raised|timeout|signal
"""All memory there is, a list at a time."""


def double(x):
    kept = []
    while True:
        kept.append(bytearray(1 << 22))
