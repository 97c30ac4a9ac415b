"""``course grade submitted/`` in an nbgrader course: its gradebook, autograded/ and feedback."""

# nbformat's functions have no types.
# mypy: allow-untyped-calls

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import nbformat
import pytest

from tests.batch.classes import DOUBLE, HALF
from tests.nbgrader_classroom import Classroom
from torchgrade.notebooks.autograded import beside, classroom_of

RIGHT = {"double": "def f(x):\n    return 2 * x\n", "half": "def g(x):\n    return x / 2\n"}
SQUARED = {**RIGHT, "double": "def f(x):\n    return x * x\n"}
PLUS_ONE = {**RIGHT, "double": "%time y = 1\ndef f(x):\n    return x + y\n"}
STUDENTS = {"ada", "bob", "cem", "mia", "noa", "zoe"}
GRADED = {"test_double", "test_half", "written_double"}
EXERCISES = {"double": {"points": 4, "written": 3}, "half": {"points": 2}}


def repeat_answer(path: Path) -> None:
    """Leave another version of an answer in a notebook, as copying a cell does."""
    notebook = json.loads(path.read_text())
    (cell,) = [c for c in notebook["cells"] if c["id"] == "tg-double"]
    notebook["cells"].append({**cell, "id": "copied", "source": "def f(x):\n    return 0\n"})
    path.write_text(json.dumps(notebook))


def _release(made: Classroom) -> None:
    made.build()
    served = made.serve("""
        done = api().generate_assignment("ch01")
        assert done["success"], done
    """)
    assert served.returncode == 0, served.stderr


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Classroom:
    """A class whose assignment nbgrader has made, and that has been graded once."""
    made = Classroom(tmp_path_factory.mktemp("class"), [DOUBLE, HALF], exercises=EXERCISES)
    for exercise in made.course.exercises:
        if exercise.written:
            exercise.written_statement("en").write_text("## In words\n\nWhy?\n")
    _release(made)
    made.hand_in("ada", written_double="Because two is two.", **RIGHT)
    made.stamp("ada", datetime(2026, 3, 1, 12, tzinfo=UTC))
    made.hand_in("bob", **SQUARED)
    made.hand_in("cem", **PLUS_ONE)
    repeat_answer(made.hand_in("mia", **RIGHT))
    made.hand_in("noa").write_text('{"cells": [')
    emptied = made.hand_in("zoe")
    notebook = json.loads(emptied.read_text())
    emptied.write_text(json.dumps({**notebook, "cells": notebook["cells"][:2]}))
    (made.folder / "submitted" / "ada" / "ch01" / "graph.png").write_bytes(b"\x89PNG")
    return made


@pytest.fixture(scope="module")
def graded(room: Classroom) -> subprocess.CompletedProcess[str]:
    return room.torchgrade("grade", "submitted", "--jobs", "1")


def test_marks_are_in_nbgraders_gradebook(
    room: Classroom, graded: subprocess.CompletedProcess[str]
) -> None:
    """That of the classroom. What nobody can tell waits for a person, and is named."""
    assert graded.returncode == 3, graded.stderr
    found = {key: mark[:2] for key, mark in room.marks().items()}
    assert found == {
        ("ada", "test_double"): (4.0, 0),
        ("ada", "written_double"): (None, 1),
        ("bob", "test_double"): (2.0, 0),
        ("cem", "test_double"): (0.0, 0),
        ("mia", "test_double"): (None, 1),
        ("noa", "test_double"): (None, 1),
        ("noa", "test_half"): (None, 1),
        ("noa", "written_double"): (None, 1),
        **{(student, "test_half"): (2.0, 0) for student in ("ada", "bob", "cem", "mia")},
        **{(student, "written_double"): (0.0, 0) for student in ("bob", "cem", "mia")},
        **{("zoe", cell): (0.0, 0) for cell in GRADED},
    }
    assert "mia ch01_tasks/double" in graded.stdout
    assert "more than once, with different contents" in " ".join(graded.stdout.split())
    assert "noa ch01_tasks/half" in graded.stdout


def test_there_is_a_notebook_for_each_submission(
    room: Classroom, graded: subprocess.CompletedProcess[str]
) -> None:
    """As nbgrader leaves it: the assignment's cells, when it was handed in, and pictures."""
    assert graded.returncode == 3
    released = nbformat.read(room.notebook("release"), as_version=4)
    for student in STUDENTS:
        notebook = nbformat.read(room.notebook(f"autograded/{student}"), as_version=4)
        nbformat.validate(notebook)
        known = {cell.id for cell in notebook.cells}
        assert known >= {cell.id for cell in released.cells}
    ada = room.folder / "autograded" / "ada" / "ch01"
    assert {file.name for file in ada.iterdir()} == {"ch01.ipynb", "timestamp.txt", "graph.png"}


def snapshot(room: Classroom) -> dict[str, int]:
    folder = room.folder / "autograded"
    return {str(file.relative_to(folder)): file.stat().st_mtime_ns for file in folder.rglob("*.*")}


@pytest.fixture(scope="module")
def again(room: Classroom, graded: subprocess.CompletedProcess[str]) -> list[dict[str, int]]:
    """Files before and after grading again, without and with a change, and after regrading."""
    assert graded.returncode == 3
    files = [snapshot(room)]
    assert room.torchgrade("grade", ".", "--jobs", "1").returncode == 3
    files.append(snapshot(room))
    room.hand_in("cem", **SQUARED)
    assert room.torchgrade("grade", "submitted", "--jobs", "1").returncode == 3
    files.append(snapshot(room))
    grader = room.course.exercises[1].grader
    grader.write_text(grader.read_text().replace("student.g(8), 4.0", "student.g(8), 8.0"))
    words = ["--yes", "--jobs", "1", "--db", str(room.folder / "gradebook.db")]
    assert room.torchgrade("regrade", "half", *words).returncode == 3  # noa's is as it was
    files.append(snapshot(room))
    return files


def changed(before: dict[str, int], after: dict[str, int]) -> set[str]:
    return {name.partition("/")[0] for name in after if after[name] != before.get(name)}


def test_only_what_has_changed_is_written(again: list[dict[str, int]]) -> None:
    """Whoever is interrupted goes on from there, and a second run costs little."""
    first, second, third, fourth = again
    assert changed(first, second) == set()
    assert changed(second, third) == {"cem"}
    assert changed(third, fourth) == STUDENTS - {"noa"}


def test_feedback_explains_and_keeps_what_is_hidden(
    room: Classroom, again: list[dict[str, int]]
) -> None:
    """`nbgrader generate_feedback` makes it of these notebooks and this gradebook."""
    assert again
    done = room.nbgrader("generate_feedback", "ch01")
    assert done.returncode == 0, done.stderr
    pages = {
        student: (room.folder / "feedback" / student / "ch01" / "ch01.html").read_text()
        for student in STUDENTS
    }
    assert "You squared it." in unescape(pages["bob"])
    assert "set aside" in pages["mia"]
    assert "set aside" in pages["noa"]
    for page in pages.values():
        assert "close(" not in page
        assert "Traceback (most" not in page
    assert "Score: 4.0 / 4.0" in pages["ada"]
    assert "Score: 0.0 / 2.0" in pages["ada"]


KNOWN = f"GRADED, STUDENTS = {GRADED}, {STUDENTS}\n"
IN_FORMGRADER = """
    from nbgrader.api import Gradebook
    lists = api()
    submissions = {s["student"]: s for s in lists.get_submissions("ch01")}
    assert set(submissions) == STUDENTS, submissions
    assert all(s["autograded"] for s in submissions.values()), submissions
    notebooks = {n["student"]: n for n in lists.get_notebook_submissions("ch01", "ch01")}
    assert notebooks["ada"]["needs_manual_grade"] and notebooks["mia"]["needs_manual_grade"]
    assert not notebooks["bob"]["needs_manual_grade"], notebooks["bob"]
    assert notebooks["bob"]["max_score"] == 9.0
    with Gradebook("sqlite:///gradebook.db", "course") as book:
        known = book.find_notebook("ch01", "ch01")
        names = {cell.name for cell in known.source_cells}
        assert all(cell.source and cell.checksum for cell in known.source_cells)
        for student in submissions:
            of = book.find_submission_notebook("ch01", "ch01", student)
            assert {g.name for g in of.grades} == GRADED
            assert {c.name for c in of.comments} == {"double", "half", "written_double"}
"""


def test_formgrader_finds_all_that_it_needs(
    room: Classroom, graded: subprocess.CompletedProcess[str], again: list[dict[str, int]]
) -> None:
    """Whether nbgrader made the assignment before it was graded or after.

    The second order: a new gradebook, filled from an assignment that only the course knows.
    """
    assert graded.returncode == 3
    assert again
    served = room.serve(KNOWN + _dedented(IN_FORMGRADER))
    assert served.returncode == 0, served.stderr
    later = room.folder.with_name("later")
    later.mkdir()
    for name in ("submitted", "source", "nbgrader_config.py"):
        place = room.folder / name
        (shutil.copytree if place.is_dir() else shutil.copy)(place, later / name)
    room.folder, before = later, room.folder
    try:
        assert room.torchgrade("grade", "submitted", "--jobs", "1").returncode == 3
        served = room.serve(
            KNOWN
            + 'done = api().generate_assignment("ch01")\nassert done["success"], done\n'
            + _dedented(IN_FORMGRADER)
        )
        assert served.returncode == 0, served.stderr
    finally:
        room.folder = before


def _dedented(code: str) -> str:
    return "\n".join(line.removeprefix("    ") for line in code.split("\n"))


def test_what_is_an_nbgrader_course(room: Classroom, tmp_path: Path) -> None:
    """A folder with what nbgrader keeps beside submitted/; anything else gets no notebooks."""
    for place in (room.folder, room.folder / "submitted"):
        found = classroom_of(str(place))
        assert found is not None
        assert found.database == room.folder / "gradebook.db"
        assert found.keeps_marks_in(str(room.folder / "gradebook.db"))
        assert found.keeps_marks_in("postgresql://host/marks")
        assert not found.keeps_marks_in(f"sqlite:///{tmp_path}/gradebook.db")
    (tmp_path / "submitted" / "ada").mkdir(parents=True)
    (tmp_path / "gradebook.db").touch()  # as a course has that grades files
    for other in (tmp_path, tmp_path / "submitted", tmp_path / "missing", "s3://bucket/submitted"):
        assert classroom_of(str(other)) is None
    assert beside(f"sqlite:///{room.folder}/gradebook.db") == classroom_of(str(room.folder))
    assert beside(str(tmp_path / "gradebook.db")) is None
    assert beside("postgresql://host/gradebook.db") is None


def test_several_processes_write_what_one_does(tmp_path: Path) -> None:
    """Of more submissions than one process writes sooner than others have started."""
    made = Classroom(tmp_path, [DOUBLE])
    _release(made)
    for number in range(10):
        made.hand_in(f"s{number}", double=f"def f(x):\n    return {number % 3} * x\n")
    written = []
    for jobs in ("2", "1"):
        done = made.torchgrade("grade", "submitted", "--jobs", jobs)
        assert done.returncode == 0, done.stderr
        files = sorted((made.folder / "autograded").rglob("*.ipynb"))
        written.append({file: file.read_bytes() for file in files})
        shutil.rmtree(made.folder / "autograded")
    assert len(written[0]) == 10
    assert written[0] == written[1]
