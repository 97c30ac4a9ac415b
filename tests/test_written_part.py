"""The written part of an exercise: asked for, graded by a person, and counted everywhere."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader import api  # type: ignore[import-untyped]  # it has no types
from nbgrader.preprocessors import ClearSolutions  # type: ignore[import-untyped]

from tests.store.samples import DUE, FAILED, PASSED, absent, course, graded
from torchgrade.commands import list_, show
from torchgrade.course import CourseError, check_files, load
from torchgrade.export.class_json import write_json
from torchgrade.export.table import long_table, wide_table
from torchgrade.late import LatePolicy
from torchgrade.marks import ClassMarks, MarkState
from torchgrade.notebooks.source import source_notebook
from torchgrade.report.html.student_page import feedback
from torchgrade.roster import Person
from torchgrade.store import Store, open_store
from torchgrade.store.gradebook import marks, sync

MINI = Path(__file__).with_name("mini_course")
_PLAIN = course()
_FIRST, _SECOND = _PLAIN.chapters
# Of four exercises worth 10 points each the first has a written part.
COURSE = replace(
    _PLAIN,
    chapters=(
        replace(
            _FIRST, exercises=(replace(_FIRST.exercises[0], written=4.0), *_FIRST.exercises[1:])
        ),
        _SECOND,
    ),
)
A0, A1, B0, B1 = COURSE.exercises
POLICY = {"ch03_first": LatePolicy(per_day=0.1)}


# --- the course


@pytest.fixture
def mini(tmp_path: Path) -> Path:
    """The mini course with a written part of 2.5 points in its first exercise."""
    root = tmp_path / "mini"
    shutil.copytree(MINI, root)
    description = (root / "course.yml").read_text()
    described = description.replace("points: 4\n", "points: 4\n        written: 2.5\n")
    (root / "course.yml").write_text(described)
    chapter = root / "exercises" / "ch01_values"
    (chapter / "center.written.md").write_text("## In words\n\nWhy keep the axis?\n")
    (chapter / "center.written.zh.md").write_text("## 说明\n\n为什么要保留这个维度？\n")
    return root


def test_a_course_says_what_is_written(mini: Path) -> None:
    """Its points belong to the exercise and to the course; its texts are there."""
    found = load(mini)
    center = found.exercises[0]
    assert (center.points, center.written, found.exercises[1].written) == (4, 2.5, 0)
    assert found.points == load(MINI).points + 2.5
    assert check_files(found) == ()
    named = found.select(["exercises/ch01_values/center.written.zh.md"])
    assert [exercise.name for exercise in named] == ["center"]


def test_a_text_is_there_if_and_only_if_it_has_points(mini: Path) -> None:
    """In every language; and points without a number above 0 are none."""
    chapter = mini / "exercises" / "ch01_values"
    chinese = chapter / "center.written.zh.md"
    chinese.rename(chapter / "moments.written.md")
    problems = {p.path.name: p.message for p in check_files(load(mini))}
    assert problems == {
        "center.written.zh.md": "missing: the written part of ch01_values/center in 'zh'",
        "moments.written.md": "ch01_values/moments has no written part; "
        "give it points with 'written'",
    }
    description = (mini / "course.yml").read_text()
    (mini / "course.yml").write_text(description.replace("written: 2.5", "written: 0"))
    with pytest.raises(CourseError, match="written of exercise ch01_values/center"):
        load(mini)


def test_students_see_it(mini: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`course show` has it after the statement; `course list` tells its points apart."""
    show.run(mini, ("center",), "en", None)
    shown = capsys.readouterr().out
    assert shown.startswith("# ")
    assert shown.endswith("## In words\n\nWhy keep the axis?\n")
    list_.run(mini, ("ch01",), "en", None)
    listed = capsys.readouterr().out
    assert "4 + 2.5 points" in listed
    assert "2 exercises, 9.5 points, 2.5 of them given by hand" in listed


def test_the_notebook_asks_for_it(mini: Path) -> None:
    """In a locked cell, above one that students write in and a person grades."""
    found = load(mini)
    made: Any = nbformat  # it has no types
    contents = source_notebook(found, found.chapters[0], "zh").contents
    cells = {c.metadata.nbgrader.grade_id: c for c in made.reads(contents.decode(), 4).cells}
    assert [name for name in cells if "center" in name][-2:] == ["ask_center", "written_center"]
    assert "ask_moments" not in cells
    asked, written = cells["ask_center"], cells["written_center"]
    assert asked.source == "## 说明\n\n为什么要保留这个维度？\n\n**2.5 分**"
    assert asked.metadata.nbgrader.locked
    told = written.metadata.nbgrader
    assert (told.grade, told.solution, told.locked, told.points) == (True, True, False, 2.5)
    assert (written.cell_type, written.id) == ("markdown", "tg-written_center")
    ClearSolutions().preprocess_cell(written, {"language": "python"}, 0)
    assert written.source == "YOUR ANSWER HERE"


# --- marks


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    # nbgrader starts alembic from the path, where it is if the environment is activated.
    folder = Path(sys.executable).parent
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    with open_store(str(tmp_path / "gradebook.db"), COURSE) as opened:
        yield opened


@contextmanager
def nbgrader(store: Store) -> Iterator[Any]:
    gradebook = api.Gradebook(f"sqlite:///{store.database.place}")
    try:
        yield gradebook
    finally:
        gradebook.close()


def give(store: Store, student: str, points: float, comment: str = "") -> None:
    """What formgrader does when a person grades the written part."""
    with nbgrader(store) as gradebook:
        grade = gradebook.find_grade("written_a0", "ch03", "ch03", student)
        grade.manual_score = points
        grade.needs_manual_grade = False
        gradebook.find_comment("written_a0", "ch03", "ch03", student).manual_comment = comment
        gradebook.db.commit()


def hand_in(store: Store) -> None:
    store.save(
        [
            graded("ada", A0, [PASSED, FAILED], source="half"),
            graded("ada", A1),
            graded("bob", A0, submitted=DUE + timedelta(days=1)),
            graded("bob", A1, submitted=DUE + timedelta(days=1)),
            graded("eve", A1),
            absent("eve", A0),
            absent("zoe", A0),
            absent("zoe", A1),
        ]
    )


def test_a_person_is_asked(store: Store) -> None:
    """nbgrader has a cell for it that needs grading, and keeps it so however often we sync."""
    hand_in(store)
    sync(store)
    sync(store)
    with nbgrader(store) as gradebook:
        grade = gradebook.find_grade("written_a0", "ch03", "ch03", "ada")
        assert (grade.max_score, grade.auto_score, grade.needs_manual_grade) == (4, None, True)
        assert grade.cell.cell_type == "markdown"
        assert gradebook.find_solution_cell("written_a0", "ch03", "ch03") is not None
        submission = gradebook.find_submission("ch03", "ada")
        assert (submission.score, submission.max_score) == (15, 24)
        assert submission.needs_manual_grade
        assert gradebook.find_submission("ch03", "eve").needs_manual_grade
        assert "zoe" not in {s.student_id for s in gradebook.assignment_submissions("ch03")}
    give(store, "ada", 3)
    sync(store)
    with nbgrader(store) as gradebook:
        submission = gradebook.find_submission("ch03", "ada")
        assert (submission.score, submission.needs_manual_grade) == (18, False)


def test_totals_wait_for_it(store: Store) -> None:
    """Unknown until it is graded, which is not zero; then it is part of points and maximum."""
    hand_in(store)
    for entered in (False, True):
        if entered:
            sync(store)
        chapter = marks(store).marks["ada"]["ch03_first"]
        assert (chapter.maximum, chapter.earned, chapter.final) == (24, None, None)
        mark = chapter.exercises[0]
        assert (mark.maximum, mark.auto, mark.earned) == (14, 5, None)
        assert mark.state is MarkState.GRADED
    # Who handed in something else is waited for too; who handed in nothing has nothing.
    assert marks(store).marks["eve"]["ch03_first"].earned is None
    assert marks(store).marks["zoe"]["ch03_first"].earned == 0
    give(store, "ada", 3, "well put")
    give(store, "eve", 4)
    chapter = marks(store).marks["ada"]["ch03_first"]
    assert (chapter.earned, chapter.final) == (18, 18)
    assert (chapter.exercises[0].written, chapter.exercises[0].earned) == (3, 8)
    assert chapter.exercises[0].manual_comment == "well put"
    assert marks(store).marks["eve"]["ch03_first"].earned == 14


def test_lateness_takes_of_it(store: Store) -> None:
    """Of what is known at first, and of all once it is graded."""
    hand_in(store)
    sync(store, policies=POLICY)
    with nbgrader(store) as gradebook:
        penalty = gradebook.find_submission("ch03", "bob").late_submission_penalty
        assert penalty == pytest.approx(2)
    give(store, "bob", 4)
    chapter = marks(store, policies=POLICY).marks["bob"]["ch03_first"]
    assert chapter.earned == 24
    assert chapter.penalty == pytest.approx(2.4)
    sync(store, policies=POLICY)
    chapter = marks(store).marks["bob"]["ch03_first"]
    assert chapter.earned == 24
    assert chapter.final == pytest.approx(21.6)


def exported(found: ClassMarks) -> tuple[dict[str, str], dict[str, str], Any]:
    """Ada's row of the long table, her row of the wide one, and the exercise in JSON."""
    long, wide = (
        next(
            row
            for row in csv.DictReader(io.StringIO(made.contents.decode("utf-8-sig")))
            if row["student"] == "ada"
        )
        for made in (long_table(found), wide_table(found))
    )
    stream = io.BytesIO()
    write_json(found, [], stream, language="en", versions={})
    ada = next(s for s in json.loads(stream.getvalue())["students"] if s["student"] == "ada")
    return long, wide, ada["chapters"][0]["exercises"][0]


def test_exports_have_it(store: Store) -> None:
    """In a column of its own, and in the totals."""
    hand_in(store)
    sync(store)
    long, wide, document = exported(marks(store))
    assert (long["auto"], long["written"], long["earned"], long["maximum"]) == ("5", "", "", "14")
    assert (long["chapter_final"], wide["ch03_first final"], wide["total"]) == ("", "", "")
    assert (document["written"], document["written_maximum"], document["earned"]) == (None, 4, None)
    give(store, "ada", 3.5)
    long, wide, document = exported(marks(store))
    assert (long["written"], long["earned"], long["chapter_final"]) == ("3.5", "8.5", "18.5")
    assert (wide["ch03_first/a0"], wide["ch03_first final"]) == ("8.5", "18.5")
    assert (document["written"], document["earned"], document["maximum"]) == (3.5, 8.5, 14)


def test_a_students_page_tells_of_it(store: Store) -> None:
    """That it waits, and then what came of it and what the person said."""
    hand_in(store)
    sync(store)

    def page() -> str:
        return feedback(
            Person("ada"),
            COURSE,
            [graded("ada", A0, [PASSED, FAILED], source="half").result],
            {},
            marks(store).marks["ada"],
            "en",
            statements={},
        )

    assert "The written part (4 points) is not graded yet." in page()
    give(store, "ada", 3.5, "well put")
    told = page()
    assert "Written part: 3.5 of 4 points." in told
    assert "well put" in told
    assert "18.5" in told
