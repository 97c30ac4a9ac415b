# expect: *=protocol
"""Replaces the worker's answer by one that says that all is well."""
import sys

worker = sys.modules["torchgrade.sandbox.worker"]


def answer(self, request, inline, size):
    return {"status": "passed", "verdict": "passed", "passed": True, "score": 7}, None


worker._Worker.answer = answer


def row_dot(x, w):
    return x


raise_by = root = row_dot
