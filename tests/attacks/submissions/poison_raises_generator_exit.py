# exercise: gate
# expect: *=raised
"""An exception that is not an Exception."""


def double(x):
    raise GeneratorExit
