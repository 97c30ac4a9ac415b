# exercise: gate
# expect: *=too_large|type
"""Ten megabytes of text."""


def double(x):
    return "\0" * 10_000_000
