# exercise: gullible
# expect: flag=passed layout=failed values=failed refusal=failed
"""Has the encoder say True whatever the probe found."""
import sys

wire = sys.modules["torchgrade.sandbox.wire"]
encode = wire.encode
wire.encode = lambda value, bounds, **options: encode(True, bounds, **options)


def cut(x):
    return x
