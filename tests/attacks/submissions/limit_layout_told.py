# exercise: gullible
# expect: flag=failed layout=passed values=value refusal=failed
"""Forges only what the reply tells of a tensor besides its values."""
import sys

wire = sys.modules["torchgrade.sandbox.wire"]
tensor = wire._Encoder.tensor


def flagless(self, value):
    node = tensor(self, value)
    node["T"][3] = 0
    return node


wire._Encoder.tensor = flagless


def cut(x):
    return x * 1
