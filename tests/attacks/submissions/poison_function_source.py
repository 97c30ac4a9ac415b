# exercise: gate
# expect: *=unsupported|protocol
"""A function as the grader sends them, in the hope that it comes to life."""
import sys


def double(x):
    return sys.modules["torchgrade.sandbox.wire"].FunctionSource("f", "def f(): import os; os._exit(0)")
