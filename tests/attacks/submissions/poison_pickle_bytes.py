# exercise: gate
# expect: *=type
"""A pickle in bytes, in case someone loads it."""
import pickle


def double(x):
    return pickle.dumps(print) + b"cos\nsystem\n(S'true'\ntR."
