"""A course of ten exercises, the same however the project's own course grows.

They are those that it had first, with the points of that time: what a test counts stays true, and
what it costs stays the same. Their files are the real ones.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from torchgrade.course import Course, load
from torchgrade.pictures import pictures_of

__all__ = ["ANSWERS", "KEYS", "PROJECT", "ten_exercises"]

PROJECT: Final = Path(__file__).parents[1]
ANSWERS: Final = PROJECT / "tests" / "answers"

_POINTS: Final = {
    "ch02_shapes/broadcasting_rules": 9,
    "ch03_indexing/gather": 9,
    "ch04_linear_algebra/svd_reconstruction": 8,
    "ch05_derivatives/reverse_mode": 10,
    "ch06_autograd/detach_semantics": 6,
    "ch06_autograd/gradient_accumulation": 6,
    "ch07_activations/softmax_derivative": 8,
    "ch09_optimisation/early_stopping": 8,
    "ch10_models/nn_module": 8,
    "ch11_convolution/manual_conv2d": 10,
}
KEYS: Final = tuple(_POINTS)


def ten_exercises(root: Path) -> Course:
    """Write the course into the new folder ``root``."""
    root.mkdir(parents=True)
    (root / "course.yml").write_text(json.dumps(_description()))  # JSON is YAML
    course = load(root)
    for file in _files(course):
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT / file.relative_to(root), file)
    for chapter in course.chapters:
        _copy_pictures(root, course.readme(chapter.name, "en").parent)
    return course


def _description() -> dict[str, Any]:
    real = yaml.safe_load((PROJECT / "course.yml").read_text(encoding="utf-8"))
    chapters: dict[str, Any] = {}
    for key, points in _POINTS.items():
        chapter, name = key.split("/")
        there = real["chapters"][chapter]
        kept = chapters.setdefault(chapter, {"title": there["title"], "exercises": {}})
        entry = {**there["exercises"][name], "points": points}
        entry.pop("written", None)
        kept["exercises"][name] = entry
    return {**real, "chapters": chapters}


def _files(course: Course) -> Iterator[Path]:
    for chapter in course.chapters:
        for language in course.languages:
            yield course.readme(chapter.name, language)
    for exercise in course.exercises:
        yield from (exercise.stub, exercise.solution, exercise.grader)
        yield from map(exercise.statement, course.languages)


def _copy_pictures(root: Path, folder: Path) -> None:
    """Those that a text in ``folder`` shows."""
    for file in folder.glob("*.md"):
        for picture in pictures_of(file.read_text(encoding="utf-8"), file).values():
            picture.parent.mkdir(exist_ok=True)
            shutil.copyfile(PROJECT / picture.relative_to(root), picture)
