# exercise: gate
# expect: *=unsupported
"""A view of memory."""


def double(x):
    return memoryview(b"abc")
