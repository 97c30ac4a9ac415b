"""``nbgrader autograde`` with our line in its configuration: safe, and the marks of the course."""

# nbformat's functions have no types.
# mypy: allow-untyped-calls

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pytest

from tests.batch.classes import DOUBLE, HALF
from tests.nbgrader_classroom import Classroom

RIGHT = {"double": "def f(x):\n    return 2 * x\n", "half": "def g(x):\n    return x / 2\n"}
PARTLY = {"double": "def f(x):\n    return x * x\n", "half": "def g(x):\n    return x\n"}
KILLS = {**RIGHT, "double": "def f(x):\n    return 13 if x == 3 else 0\n"}
DUE = datetime(2026, 3, 1, 12, tzinfo=UTC)


def damage(path: Path) -> None:
    """Do to a notebook's metadata what makes nbgrader give up: ids, points, cells, outputs."""
    notebook = json.loads(path.read_text())
    for cell in notebook["cells"]:
        told = cell["metadata"].get("nbgrader", {})
        match told.get("grade_id"):
            case "about":
                told["grade_id"] = ["a", "list"]
            case "setup":
                del told["schema_version"]
            case "check_double":
                cell["metadata"]["nbgrader"] = {"grade": True}
            case "test_double":
                told["points"] = "a million"
                cell["source"] = "1000000.0"
                data = {"text/plain": ["1000000.0"]}
                cell["outputs"] = [{"output_type": "execute_result", "data": data}]
            case "test_half":
                told["points"] = 10**400
                cell["cell_type"] = "raw"
    notebook["cells"] += notebook["cells"][-1:]
    notebook["nbformat_minor"] = "five"
    path.write_text(json.dumps(notebook))


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Classroom:
    """A class that was graded once by each way."""
    late = {"due": DUE.isoformat(), "late": {"per_day": "10 %"}}
    folder = tmp_path_factory.mktemp("class")
    made = Classroom(folder, [DOUBLE, HALF], {"half": 1.5}, **late)
    made.build()
    built = made.serve("""
        for assignment in ("ch01", "warmup"):
            done = api().generate_assignment(assignment)
            assert done["success"], done
    """)
    assert built.returncode == 0, built.stderr
    made.hand_in("ada", **RIGHT)
    made.hand_in("bob", **PARTLY, written_half="It is less by half.")
    made.stamp("bob", DUE.replace(day=2, hour=13))
    damage(made.hand_in("mia", **RIGHT))
    made.hand_in("noa").write_text('{"cells": [')
    made.course_grade()
    made.hand_in("eve", **KILLS)
    return made


@pytest.fixture(scope="module")
def autograded(room: Classroom) -> subprocess.CompletedProcess[str]:
    return room.nbgrader("autograde", "ch01")


def test_marks_are_those_of_course_grade(
    room: Classroom, autograded: subprocess.CompletedProcess[str]
) -> None:
    """Points, what waits for a person, remarks and lateness; whatever was damaged."""
    assert autograded.returncode == 0, autograded.stderr
    other = room.root / "other" / "gradebook.db"
    marks = room.marks()
    assert {key: mark for key, mark in marks.items() if key[0] != "eve"} == room.marks(other)
    assert marks["ada", "test_double"][:2] == (4.0, 0)
    assert marks["mia", "test_double"][:2] == (4.0, 0)
    assert marks["mia", "test_half"][:2] == (2.0, 0)
    assert "You squared it." in marks["bob", "test_double"][2]
    assert marks["ada", "written_half"] == (0.0, 0, "No response.")
    assert marks["bob", "written_half"] == marks["noa", "written_half"] == (None, 1, None)
    penalties = room.penalties()
    assert penalties == {**room.penalties(other), "eve": None}
    assert penalties["bob"] == pytest.approx(0.2 * 2.0)


def test_a_fault_costs_no_marks_and_is_named(
    room: Classroom, autograded: subprocess.CompletedProcess[str]
) -> None:
    """What the grader process dies of, or nobody can read, is a person's; the class goes on."""
    assert room.marks()["eve", "test_double"][:2] == (None, 1)
    assert room.marks()["eve", "test_half"][:2] == (2.0, 0)
    assert room.marks()["noa", "test_half"][:2] == (None, 1)
    said = autograded.stderr
    assert "double of eve is not graded: its grading process ended 3 times" in said
    assert "half of noa is not graded: it is not a notebook that Jupyter could open" in said
    assert "bob: 2 of 6 points in ch01 (2 answers run, 0 known)" in said
    assert "Traceback" not in said
    (run,) = room.rows("SELECT interrupted, jobs, location FROM torchgrade_run")
    assert run == (0, 1, str(room.folder / "submitted"))


def test_the_autograded_notebook_shows_the_answer_and_its_feedback(
    room: Classroom, autograded: subprocess.CompletedProcess[str]
) -> None:
    """It is the instructor's, with the student's answers: nothing else of theirs is in it."""
    assert autograded.returncode == 0
    for student in ("bob", "mia"):
        notebook = nbformat.read(room.notebook(f"autograded/{student}"), as_version=4)
        nbformat.validate(notebook)
        by_id = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells}
        assert len(by_id) == len(notebook.cells)  # nothing twice
        assert "1000000" not in json.dumps(notebook)
        assert "BEGIN HIDDEN TESTS" in by_id["test_double"].source
        printed, mark = by_id["test_double"].outputs
        if student == "bob":
            assert by_id["double"].source.strip() == PARTLY["double"].strip()
            assert "You squared it." in printed.data["text/plain"]
            assert "You squared it." in printed.data["text/html"]
            assert mark.data["text/plain"] == "2.0"


@pytest.fixture(scope="module")
def regraded(room: Classroom, autograded: subprocess.CompletedProcess[str]) -> None:
    """What formgrader's buttons do, in a server that goes on while the course changes."""
    assert autograded.returncode == 0
    room.hand_in("ada", "warmup", sum="total = 1 + 2")
    room.hand_in("bob", "warmup", sum="total = 1 - 2")
    room.rows("""
        UPDATE grade SET manual_score = 3.5, extra_credit = 1 WHERE id IN (
            SELECT grade.id FROM grade JOIN submitted_notebook n ON n.id = grade.notebook_id
            JOIN submitted_assignment a ON a.id = n.assignment_id
            JOIN base_cell c ON c.id = grade.cell_id
            WHERE a.student_id = 'bob' AND c.name = 'test_double')
    """)
    room.rows("UPDATE comment SET manual_comment = 'Well tried.'")
    served = room.serve("""
        def regrade(student, assignment="ch01"):
            done = api().autograde(assignment, student)
            assert done["success"], done["error"]
            return done["log"]

        assert "0 answers run, 2 known" in regrade("bob")
        before = graders()
        assert "0 answers run, 2 known" in regrade("ada")
        assert graders() == before and len(before) == 1, "one process for all"
        grader = pathlib.Path("../course/graders/ch01_tasks/test_half.py")
        grader.write_text(grader.read_text().replace("student.g(8), 4.0", "student.g(8), 8.0"))
        assert "1 answers run, 1 known" in regrade("bob")
        assert len(graders()) == 1 and graders() != before
        from torchgrade.notebooks.resident import resident
        resident()._idle_seconds = 0.1
        assert "2 known" in regrade("bob")
        time.sleep(1)
        assert not graders(), "nobody came"
        regrade("*", "warmup")

        # The course's rules where nbgrader enters marks by itself, as it does with kernels.
        from nbgrader.preprocessors import AssignLatePenalties
        from torchgrade.notebooks.late_plugin import CoursePolicy
        asking = AssignLatePenalties(parent=app, plugin_class=CoursePolicy)
        asking.init_plugin()
        for asking.assignment_id, expected in (("ch01", 2.0), ("warmup", None)):
            found = asking.plugin_inst.late_submission_penalty("bob", 10.0, 25 * 3600.0)
            assert found == expected or abs(found - expected) < 1e-9, found
    """)
    assert served.returncode == 0, served.stderr


@pytest.mark.usefixtures("regraded")
def test_grading_again_keeps_what_a_person_entered(room: Classroom) -> None:
    """Nobody has to look again at what is the same. A changed grader counts at once."""
    assert room.marks()["bob", "test_half"][:2] == (2.0, 0)
    assert room.marks()["bob", "test_double"][:2] == (2.0, 0)
    assert "You squared it." in room.marks()["bob", "test_double"][2]
    person = room.rows("SELECT manual_score, extra_credit FROM grade WHERE manual_score NOT NULL")
    assert person == [(3.5, 1.0)]
    said = room.rows("SELECT DISTINCT manual_comment FROM comment WHERE manual_comment NOT NULL")
    assert said == [("Well tried.",)]


@pytest.mark.usefixtures("regraded")
def test_other_assignments_of_the_classroom_run_as_ever(room: Classroom) -> None:
    """In a kernel, with nbgrader's marks."""
    marks = room.rows("""
        SELECT a.student_id, grade.auto_score FROM grade
        JOIN submitted_notebook n ON n.id = grade.notebook_id
        JOIN submitted_assignment a ON a.id = n.assignment_id
        JOIN base_cell c ON c.id = grade.cell_id
        WHERE c.name = 'test_sum' ORDER BY 1
    """)
    assert marks == [("ada", 2.0), ("bob", 0.0)]


def test_the_line_of_configuration_loads_nothing_heavy() -> None:
    """nbgrader reads it in every command."""
    code = "import torchgrade.notebooks as t; from traitlets.config import Config; "
    code += "c = Config(); t.configure(c, course='x'); assert c.Torchgrade.course"
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code], capture_output=True, text=True, check=True
    )
    loaded = {
        line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()
    }
    assert not loaded & {"torch", "numpy", "pytest", "nbgrader", "nbconvert", "sqlalchemy", "yaml"}
