"""Three ways to grade notebooks of nbgrader, and one verdict: on damaged and hostile ones, too."""

from __future__ import annotations

import copy
import json
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import pytest
from nbgrader.api import Gradebook  # type: ignore[import-untyped]  # it has no types

from tests.damaged_notebooks import CASES, DOUBLE, DUE, HALF, Case
from tests.nbgrader_classroom import ASSIGNMENT, WARMUP, Classroom
from torchgrade.filetree import Reason

Points = tuple[float | None, ...]

CELLS: Final = ("test_double", "test_half")
ADDED: Final = "test_added"
"""A cell with tests and points that the instructor has added to the notebook."""
WAYS: Final = ("sandboxed", "by_course", "with_kernels")
ELSEWHERE: Final[Mapping[tuple[str, str], Points]] = {
    # nbgrader itself looks for the name that was handed out. It lists such a submission among
    # those that failed, and its cells as a person's to grade.
    ("sandboxed", "named-otherwise"): (None, None),
    ("with_kernels", "named-otherwise"): (None, None),
}
"""Where a way can't give the marks of `CASES`, and what it gives instead."""
REASONS: Final = (
    *(reason for reason in Reason if reason.set_aside),
    "There was an error processing assignment 'ch01' for student",
)


@dataclass(frozen=True)
class Mark:
    """What a gradebook says of one submission."""

    points: Points
    """Of each of `CELLS`; None where there is no mark."""
    for_a_person: tuple[bool, ...]
    total: float
    penalty: float
    """For lateness, not taken off the total."""
    added: tuple[float | None, bool]
    """Points for `ADDED`, and whether it waits for a person."""


@dataclass
class Way:
    """A classroom in which everything has been graded in one way."""

    name: str
    room: Classroom
    cases: Sequence[Case]
    done: subprocess.CompletedProcess[str]

    @cached_property
    def marks(self) -> Mapping[str, Mark]:
        """By student."""
        found = {}
        with Gradebook(f"sqlite:///{self.room.folder / 'gradebook.db'}") as gradebook:
            for submission in gradebook.assignment_submissions(ASSIGNMENT):
                [notebook] = submission.notebooks
                grades = {grade.name: grade for grade in notebook.grades}
                found[submission.student.id] = Mark(
                    tuple(grades[name].auto_score for name in CELLS),
                    tuple(bool(grades[name].needs_manual_grade) for name in CELLS),
                    submission.score,
                    notebook.late_submission_penalty or 0.0,
                    (grades[ADDED].auto_score, bool(grades[ADDED].needs_manual_grade)),
                )
        return found

    def expected(self, case: Case) -> Points:
        return ELSEWHERE.get((self.name, case.name), (case.double, case.half))

    def sets_aside(self, case: Case) -> bool:
        return None in self.expected(case)

    @property
    def said(self) -> str:
        return self.done.stdout + self.done.stderr


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Classroom:
    """The classroom when the assignment has been released."""
    folder = tmp_path_factory.mktemp("class")
    late = {"per_day": "10 %"}
    made = Classroom(folder, [DOUBLE, HALF], due=DUE.isoformat(), late=late)
    made.build()
    source = made.notebook("source")
    notebook = json.loads(source.read_text())
    added = copy.deepcopy(notebook["cells"][-1])
    added |= {"id": "added", "source": "assert f(3) == 6"}
    added["metadata"]["nbgrader"] |= {"grade_id": ADDED, "points": 1}
    notebook["cells"].append(added)
    source.write_text(json.dumps(notebook))
    for assignment in (ASSIGNMENT, WARMUP):
        done = made.nbgrader("generate_assignment", assignment)
        assert done.returncode == 0, done.stderr
    return made


@pytest.fixture(scope="module")
def proof(room: Classroom) -> Path:
    """A file that hostile code tries to make."""
    return room.root / "proof"


def handed_in(room: Classroom, name: str, cases: Sequence[Case], proof: Path) -> Classroom:
    """A copy of ``room``, with submissions."""
    made = copy.copy(room)
    made.folder = Path(shutil.copytree(room.folder, room.root / name))
    released = room.notebook("release").read_bytes()
    for case in cases:
        case.write(released, made.folder / "submitted" / case.name / ASSIGNMENT, ASSIGNMENT, proof)
    return made


@pytest.fixture(scope="module")
def sandboxed(room: Classroom, proof: Path) -> Way:
    """``nbgrader autograde``, as ``course notebook init`` sets it up."""
    made = handed_in(room, "sandboxed", CASES, proof)
    return Way("sandboxed", made, CASES, made.nbgrader("autograde", ASSIGNMENT))


@pytest.fixture(scope="module")
def by_course(room: Classroom, proof: Path) -> Way:
    """``course grade submitted/``."""
    made = handed_in(room, "by_course", CASES, proof)
    return Way("by_course", made, CASES, made.torchgrade("grade", "submitted"))


@pytest.fixture(scope="module")
def with_kernels(room: Classroom, proof: Path) -> Way:
    """``nbgrader autograde`` with a kernel for each notebook: too long for all of them."""
    cases = [case for case in CASES if case.kernels]
    made = handed_in(room, "with_kernels", cases, proof)
    config = made.folder / "nbgrader_config.py"
    config.write_text(config.read_text().replace('course")', 'course", kernels=True)'))
    done = made.nbgrader("autograde", ASSIGNMENT)
    made.hand_in("right", WARMUP, sum="total = 3")
    made.hand_in("wrong", WARMUP, sum="total = 4")
    made.nbgrader("autograde", WARMUP)
    return Way("with_kernels", made, cases, done)


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    found: Way = request.getfixturevalue(request.param)
    return found


def test_answers_get_the_marks_that_they_deserve(way: Way) -> None:
    """Cell by cell and in total, whatever was done to the rest of a notebook. What nobody can tell
    is left to a person, as are tests that the instructor has added and that are not run; the other
    questions keep their marks, and the class goes on. Lateness costs what the course says."""
    expected = {case.name: way.expected(case) for case in way.cases}
    assert {name: mark.points for name, mark in way.marks.items()} == expected
    for case in way.cases:
        mark = way.marks[case.name]
        points = sum(points or 0.0 for points in mark.points)
        assert mark.for_a_person == tuple(points is None for points in mark.points)
        assert mark.penalty == pytest.approx(0.1 * case.days_late * points)
        assert mark.total == points
        assert mark.added == (None, True)


def test_no_code_acts(way: Way, proof: Path) -> None:
    """Neither in a kernel nor in a shell."""
    assert way.done.returncode in (0, 1, 3), way.said
    assert not proof.exists()


def test_what_is_set_aside_is_named(way: Way) -> None:
    """Whose it is, with the reason, where the command is run; and nobody else is."""
    students = {case.name for case in way.cases}
    lines = [line for line in way.said.splitlines() if any(why in line for why in REASONS)]
    named = {word for line in lines for word in re.findall(r"[\w.-]+", line)}
    assert named & students == {case.name for case in way.cases if way.sets_aside(case)}


def test_other_assignments_run_in_their_kernels(with_kernels: Way) -> None:
    """Of which tests that did not run would be right."""
    gradebook = Gradebook(f"sqlite:///{with_kernels.room.folder / 'gradebook.db'}")
    with gradebook:
        scores = {s.student.id: s.score for s in gradebook.assignment_submissions(WARMUP)}
    assert scores == {"right": 2.0, "wrong": 0.0}


def test_gradebooks_say_the_same(sandboxed: Way, by_course: Way) -> None:
    """What students read of their marks included."""
    told, also = (
        {key: row for key, row in way.room.marks().items() if key[0] != "named-otherwise"}
        for way in (sandboxed, by_course)
    )
    assert told == also
