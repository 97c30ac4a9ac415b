def count_equal(a, b):
    return (a == b).sum()


def identical(a, b):
    return a.shape == b.shape and bool(a.eq(b).all())


def close_enough(a, b, rtol, atol):
    return bool(((a - b).abs() <= atol + rtol * b.abs()).all())


def verdict(a, b):
    if a.shape != b.shape:
        return "shape"
    if identical(a, b):
        return "same"
    return "close" if close_enough(a, b, 1e-5, 1e-8) else "different"


def broadcast_twin(x):
    return x[None]


def one_way(rtol):
    return 1.0, 1.0 + rtol * (1 + rtol / 2)
