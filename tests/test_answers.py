"""Answers to the exercises of the course, right and wrong, written by others than its graders.

``tests/answers/CHAPTER/EXERCISE/`` holds what students might hand in. ``right_*.py`` must earn full
marks. ``wrong_WHAT__MISCONCEPTION.py`` must fail and be explained by that misconception and by no
other; ``wrong_WHAT.py`` must fail and be explained by none.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.grading import Engine
from torchgrade.course import load
from torchgrade.result import ExerciseResult, Status
from torchgrade.submission import Source, read_file

PROJECT = Path(__file__).parents[1]
ANSWERS = PROJECT / "tests" / "answers"
EXERCISES = sorted(folder for folder in ANSWERS.glob("*/*") if folder.is_dir())


def complaints(file: Path, result: ExerciseResult) -> Iterator[str]:
    """What is wrong with the marks and explanations that an answer got."""
    # Nothing is timed here, so timed tests are not assessed.
    fine = (Status.PASSED, Status.NOT_ASSESSED)
    failed = {o.test: o for o in result.outcomes if o.status not in fine}
    told = sorted({o.misconception for o in failed.values() if o.misconception is not None})
    ungraded = [o.test for o in failed.values() if o.status is Status.UNGRADED]
    if ungraded:
        yield f"could not be graded in {', '.join(ungraded)}"
    elif file.stem.startswith("right_"):
        if failed or result.score.earned != result.points:
            yield f"fails {', '.join(failed)}"
    elif not failed:
        yield "passes"
    else:
        wanted = file.stem.partition("__")[2]
        if told != ([wanted] if wanted else []):
            explained = ", ".join(told) or "nothing"
            yield f"explained by {explained}, not by {wanted or 'nothing'}"


def test_every_exercise_has_answers() -> None:
    """Answers lie under the names of exercises, and each exercise has right and wrong ones."""
    keys = {exercise.key for exercise in load(PROJECT).exercises}
    assert {f"{folder.parent.name}/{folder.name}" for folder in EXERCISES} == keys
    for folder in EXERCISES:
        names = [file.name for file in folder.glob("*.py")]
        assert all(name.startswith(("right_", "wrong_")) for name in names), folder
        assert any(name.startswith("right_") for name in names), folder
        assert any("__" in name for name in names), folder


@pytest.mark.parametrize("folder", EXERCISES, ids=lambda folder: folder.name)
def test_answers_get_what_they_deserve(engine: Engine, folder: Path) -> None:
    """Right ones full marks; wrong ones the explanation of their own mistake, or none."""
    course = load(PROJECT)
    files = {file.stem: file for file in sorted(folder.glob("*.py"))}
    answers = {name: read_file(file, folder) for name, file in files.items()}
    assert all(isinstance(answer, Source) for answer in answers.values())
    exercises = course.select([f"{folder.parent.name}/{folder.name}"])
    results = engine.grade(course, answers, exercises=exercises)
    wrong = [
        f"{name}: {complaint}"
        for (name, _), result in results.items()
        for complaint in complaints(files[name], result)
    ]
    assert len(results) == len(files)
    assert not wrong, "\n".join(wrong)
