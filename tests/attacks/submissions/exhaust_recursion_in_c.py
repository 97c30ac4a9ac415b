# exercise: stamina
# expect: *=signal|recursion|memory|raised|exited|protocol
"""Recursion without a limit, until the stack is gone."""
import sys

sys.setrecursionlimit(1 << 30)


class Deep:
    def __repr__(self):
        return repr([self])


def double(x):
    return repr(Deep())
