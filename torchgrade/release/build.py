"""Making a bundle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from torchgrade.course import Course, Exercise

__all__ = ["Built", "LeftOut", "build"]


@dataclass(frozen=True)
class LeftOut:
    """A visible test that is not in the bundle."""

    exercise: str
    """`Exercise.key`."""
    test: str
    reason: str


@dataclass(frozen=True)
class Built:
    """What was made."""

    target: Path
    exercises: int
    left_out: tuple[LeftOut, ...]


def build(course: Course, exercises: Sequence[Exercise], target: Path) -> Built:
    """Write the bundle of ``exercises`` to the zip ``target``."""
    raise NotImplementedError
