# exercise: gate
# expect: *=too_large
"""A list that contains itself."""


def double(x):
    return cycle()


def cycle():
    value = []
    value.append(value)
    return {"a": (value,)}
