# expect: *=passed
"""Remembers the hidden inputs and prints them in every later test that students see."""
SEEN = []


def tell():
    if SEEN:
        print("LEAK", [value for x in SEEN for value in x.flatten().tolist()])


def row_dot(x, w):
    if x.shape == (6, 9):
        SEEN.append(x.detach().clone())
    tell()
    return (x * w).sum(1)


def raise_by(x, amount):
    tell()
    x += amount


def root(x):
    tell()
    if (x < 0).any():
        raise ValueError
    return x.sqrt()
