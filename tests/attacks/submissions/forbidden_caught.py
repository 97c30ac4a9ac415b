# expect: values=passed by_hand=forbidden hidden=passed gradient=passed in_place=missing_name refusal=missing_name
"""Calls it, catches the refusal and goes on by hand: it was called all the same."""


def row_dot(x, w):
    try:
        return x.mv(w)
    except BaseException:
        return (x * w).sum(1)
