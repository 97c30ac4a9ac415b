# exercise: stamina
# expect: *=signal
"""Reads where nothing is."""
import ctypes


def double(x):
    ctypes.string_at(0)
