# exercise: gate
# expect: *=raised
"""A long chain of causes."""
def fail(n):
    try:
        if n:
            fail(n - 1)
        raise ValueError(n)
    except ValueError as error:
        raise RuntimeError(n) from error


def double(x):
    fail(200)
