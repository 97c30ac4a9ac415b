# expect: values=passed by_hand=forbidden hidden=passed gradient=passed in_place=missing_name refusal=missing_name
"""Calls the operator that the exercise is about."""


def row_dot(x, w):
    return x @ w
