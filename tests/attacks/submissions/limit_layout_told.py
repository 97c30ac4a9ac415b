# exercise: gullible
# expect: flag=failed layout=passed values=value refusal=failed
"""Forges only what the reply tells of a tensor besides its values."""
import sys

wire = sys.modules["torchgrade.sandbox.wire"]
tensor = wire._Encoder.tensor


def flagless(self, value):
    dtype, shape, stride, _, device = tensor(self, value)["T"].split("|")
    return {"T": f"{dtype}|{shape}|{stride}|0|{device}"}


wire._Encoder.tensor = flagless


def cut(x):
    return x * 1
