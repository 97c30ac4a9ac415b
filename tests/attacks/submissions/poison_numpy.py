# exercise: gate
# expect: *=unsupported|type
"""A NumPy array of objects."""
import numpy


def double(x):
    return numpy.array([object()] * len(x))
