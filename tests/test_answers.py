"""Answers to the exercises of the course, right and wrong, written by others than its graders.

``tests/answers/CHAPTER/EXERCISE/`` holds what students might hand in; ``course audit --answers``
grades it, see `torchgrade.audit`.
"""

from __future__ import annotations

from pathlib import Path

from torchgrade.course import load

PROJECT = Path(__file__).parents[1]
ANSWERS = PROJECT / "tests" / "answers"
EXERCISES = sorted(folder for folder in ANSWERS.glob("*/*") if folder.is_dir())


def test_every_exercise_has_answers() -> None:
    """Each exercise has right and wrong ones, and some that show a misconception."""
    keys = {exercise.key for exercise in load(PROJECT).exercises}
    assert {f"{folder.parent.name}/{folder.name}" for folder in EXERCISES} == keys
    for folder in EXERCISES:
        names = [file.name for file in folder.glob("*.py")]
        assert any(name.startswith("right_") for name in names), folder
        assert any("__" in name for name in names), folder


def test_the_audit_that_ci_runs_grades_them() -> None:
    """Nothing else does."""
    recipe = (PROJECT / "Makefile").read_text(encoding="utf-8")
    assert "course audit --seeds $(SEEDS) --answers tests/answers\n" in recipe
