# exercise: gullible
# expect: refusal=passed *=raised
"""Refuses everything: a test that asks for nothing but a refusal is earned that way."""


def cut(x):
    raise ValueError("no")
