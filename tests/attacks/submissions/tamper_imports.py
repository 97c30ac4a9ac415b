# expect: values=value|raised *=failed
"""Hooks imports, so that whatever the probe or the worker imports is its own."""
import builtins
import importlib
import sys

import torch

original = builtins.__import__


class Finder:
    def find_spec(self, name, path=None, target=None):
        print("asked for", name)
        return None


sys.meta_path.insert(0, Finder())
builtins.__import__ = lambda *args, **kwargs: original(*args, **kwargs)
importlib.import_module = lambda name, package=None: torch


def row_dot(x, w):
    return torch.zeros(len(x), requires_grad=True)
