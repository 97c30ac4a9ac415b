"""The student bundle: a course with what visible tests need, and nothing that gives answers away.

Importing this loads neither torch nor pytest: students' notebooks open bundles with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from torchgrade.course import Course, Exercise
from torchgrade.release.bundle import open_bundle

if TYPE_CHECKING:
    from torchgrade.release.build import Built

__all__ = ["build_bundle", "open_bundle"]


def build_bundle(course: Course, exercises: Sequence[Exercise], target: Path) -> Built:
    """Write the bundle of ``exercises`` to the zip ``target``; see `torchgrade.release.build`."""
    from torchgrade.release.build import build

    return build(course, exercises, target)
