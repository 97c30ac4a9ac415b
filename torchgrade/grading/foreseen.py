"""What torch will import late for an exercise, told from its texts before anything runs.

A grader process and its fork server would each come upon it by themselves, while all cores are at
work. Where it is known beforehand, it is imported once for all of them. A guess that is wrong costs
time and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from torchgrade.sandbox.levels import SLOW_IMPORTS

if TYPE_CHECKING:
    from pathlib import Path

    from torchgrade.course import Exercise

__all__ = ["foreseen", "foreseen_in"]

_SYMBOLS, _COMPILER = SLOW_IMPORTS
# By what is imported, the uses that lead to it. A gradient of what is a scalar does not.
_USES: Final = {
    _SYMBOLS: re.compile(
        r"\b(?:broadcast_shapes|unravel_index|gradcheck|grad_outputs|assert_close)\b"
        r"|\bfunctional\.(?:vjp|jvp)\b"
        r"|\.backward\((?!\s*(?:\)|retain_graph|create_graph|inputs))"
    ),
    _COMPILER: re.compile(
        r"\boptim\.[A-Z]\w*\(|\btorch\.func import\b|\bfunc\.(?:grad|jac|jvp|hessian)\w*\("
        r"|\btorch\.compile\(|\butils(?:\.| import )(?:checkpoint|flop_counter)\b"
    ),
}


def foreseen(texts: Iterable[str]) -> tuple[str, ...]:
    """Which of `SLOW_IMPORTS` code of these texts needs, as far as can be seen."""
    left = dict(_USES)
    for text in texts:
        left = {name: uses for name, uses in left.items() if not uses.search(text)}
    return tuple(name for name in _USES if name not in left)


def foreseen_in(exercises: Sequence[Exercise]) -> tuple[str, ...]:
    """The same for exercises: for their model answers, and with what takes little their graders.

    A grader may name the rest only in what it rules out, or in a mistake that nobody makes.
    """
    answers = foreseen(_texts(exercise.solution for exercise in exercises))
    graders = foreseen(_texts(exercise.grader for exercise in exercises))
    little = tuple(name for name in graders if name != _COMPILER)
    return tuple(name for name in _USES if name in {*answers, *little})


def _texts(files: Iterable[Path]) -> Iterable[str]:
    for file in files:
        try:
            yield file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue  # whoever grades with it will tell
