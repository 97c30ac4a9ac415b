"""Texts of answers: functions of files in ``benchmarks/course/answers`` put together.

No two students hand in the same, or the second would cost nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random

from torchgrade.course import Course, load

__all__ = ["benchmark_course", "small", "thirty"]

_COURSE = Path(__file__).resolve().parents[1] / "course"
_STYLES = ("right_loops", "right_slices", "right_whole")
_WRONG = "wrong_often"

_SMALL = (
    "    return x.clamp(low, high)",
    "    return x.clip(min=low, max=high)",
    "    return torch.where(x < low, low, torch.where(x > high, high, x))",
    "    return torch.stack([v if low <= v <= high else torch.tensor(low if v < low else high)"
    " for v in x])",
)
_SMALL_WRONG = (
    "    return x.clamp(min=low)",
    "    return x.clamp(-high, -low) + 1",
    "    raise NotImplementedError",
)


def benchmark_course() -> Course:
    return load(_COURSE)


def thirty(count: int, *, wrong: float = 0.0, seed: int = 1) -> Sequence[str]:
    """Answers to the exercise of thirty tests.

    Each function is in one of several right styles. Of a share ``wrong`` of the answers, about
    half of the functions have a mistake.
    """
    rng = Random(seed)
    styles = [_functions(name) for name in _STYLES]
    mistakes = _functions(_WRONG)
    texts = []
    for number in range(count):
        spoilt = rng.random() < wrong
        parts = [f"# student {number}", "import itertools", "import math", "import torch"]
        for name in mistakes:
            mistaken = spoilt and rng.random() < 0.5
            parts.append(mistakes[name] if mistaken else rng.choice(styles)[name])
        texts.append("\n\n".join(parts) + "\n")
    return texts


def small(number: int) -> str:
    """The answer of student ``number`` to the small exercise; about one in ten is wrong."""
    rng = Random(number)
    body = rng.choice(_SMALL_WRONG if rng.random() < 0.1 else _SMALL)
    return f"# student {number}\nimport torch\n\n\ndef clamped(x, low, high):\n{body}\n"


@cache
def _functions(name: str) -> dict[str, str]:
    source = (_COURSE / "answers" / f"{name}.py").read_text(encoding="utf-8")
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            text = ast.get_source_segment(source, node)
            assert text is not None
            found[node.name] = text
    return found
