"""An nbgrader classroom on the spot: a course, its notebook, submissions, and nbgrader itself."""

# nbformat's functions have no types.
# mypy: allow-untyped-calls

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from textwrap import dedent
from typing import Any, Final

import nbformat

from tests.command import course
from tests.grading import CHAPTER, Task, write_course
from torchgrade.course import Course, load
from torchgrade.notebooks.source import source_notebook

__all__ = ["Classroom"]

PROJECT: Final = Path(__file__).parents[1]
ASSIGNMENT: Final = "ch01"
WARMUP: Final = "warmup"
"""An assignment that is not of the course."""

_LIKE_A_SERVER: Final = """\
import os, pathlib, time
from nbgrader.apps import NbGraderAPI
from nbgrader.apps.baseapp import NbGrader

app = NbGrader()
app.initialize([])

def api():
    app.load_config_file()  # as formgrader does at every click
    return NbGraderAPI(app.coursedir, parent=app)

def graders():
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if parent == os.getpid() and b"torchgrade.grading" in command:
            found.append(process.name)
    return found

"""


class Classroom:
    """A torchgrade course and an nbgrader course beside it."""

    def __init__(
        self,
        root: Path,
        tasks: Sequence[Task],
        written: Mapping[str, float] | None = None,
        **chapter: object,
    ) -> None:
        """``written`` has points of written parts by exercise; ``chapter`` is for course.yml."""
        self.root = root
        written_course = write_course(root / "course", tasks)
        described = written_course.root / "course.yml"
        tree = json.loads(described.read_text())
        described_chapter = tree["chapters"][CHAPTER]
        described_chapter.update(chapter)
        for name, points in (written or {}).items():
            described_chapter["exercises"][name]["written"] = points
        described.write_text(json.dumps(tree))
        self.course: Course = load(written_course.root)
        for exercise in self.course.exercises:
            head = exercise.solution.read_text().partition("\n")[0]
            exercise.stub.parent.mkdir(parents=True, exist_ok=True)
            exercise.stub.write_text(f"{head}\n    raise NotImplementedError\n")
            exercise.statement("en").write_text(f"# {exercise.name}\n\nDo it.\n")
            if exercise.written:
                exercise.written_statement("en").write_text("## In words\n\nWhy?\n")
        self.course.readme(CHAPTER, "en").write_text("# Tasks\n\nSome.\n")
        # A check of IRIs, of which notebooks have none, takes half of nbgrader's start.
        (root / "less").mkdir()
        (root / "less" / "rfc3987_syntax.py").write_text("raise ImportError\n")
        self.folder = root / "classroom"
        self.folder.mkdir()
        (self.folder / "nbgrader_config.py").write_text(
            "import torchgrade.notebooks\n"
            "c = get_config()\n"
            'c.CourseDirectory.course_id = "course"\n'
            'torchgrade.notebooks.configure(c, course="../course")\n'
        )

    # --- the instructor

    def build(self) -> None:
        """Write the notebook of the course's chapter, and one that has nothing to do with it."""
        path = self.notebook("source")
        path.parent.mkdir(parents=True)
        built = source_notebook(self.course, self.course.chapters[0], "en")
        path.write_bytes(built.contents)
        stock = [
            _stock_cell("sum", "### BEGIN SOLUTION\ntotal = 3\n### END SOLUTION"),
            _stock_cell("test_sum", "assert total == 3", points=2.0),
        ]
        self._write("source", WARMUP, stock)

    # --- students

    def hand_in(self, student: str, assignment: str = ASSIGNMENT, **answers: str) -> Path:
        """A student's notebook with ``answers`` by ``grade_id``, as it was released otherwise."""
        notebook = nbformat.read(self.notebook("release", assignment), as_version=4)
        for cell in notebook.cells:
            answer = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
            cell.source = cell.source if answer is None else dedent(answer)
        return self._write(f"submitted/{student}", assignment, notebook.cells)

    def stamp(self, student: str, when: datetime) -> None:
        """Say when a student handed in."""
        file = self.folder / "submitted" / student / ASSIGNMENT / "timestamp.txt"
        file.write_text(f"{when:%Y-%m-%d %H:%M:%S.%f} UTC")

    def notebook(self, step: str, assignment: str = ASSIGNMENT) -> Path:
        return self.folder / step / assignment / f"{assignment}.ipynb"

    # --- commands

    def nbgrader(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self._run("-m", "nbgrader", *words)

    def serve(self, code: str) -> subprocess.CompletedProcess[str]:
        """Run ``code`` in a process that has nbgrader within it, as a Jupyter server has."""
        return self._run("-c", _LIKE_A_SERVER + dedent(code))

    def torchgrade(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command of ``course``."""
        line = ("--course", str(self.course.root), *words)
        return course(*line, cwd=self.folder, environment=self.environment)

    def course_grade(self) -> Path:
        """``course grade`` of a copy of the classroom; its gradebook."""
        copy = self.root / "other"
        shutil.copytree(self.folder, copy)
        (copy / "gradebook.db").unlink()
        places = ["--out", str(self.root / "graded"), "--jobs", "1"]
        done = self.torchgrade("grade", str(copy / "submitted"), *places)
        assert done.returncode in (0, 3), done.stderr
        return copy / "gradebook.db"

    def _run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *words],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    @property
    def environment(self) -> Mapping[str, str]:
        # nbgrader calls alembic by name.
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        return {
            "PATH": path,
            "LC_ALL": "C.UTF-8",
            "COLUMNS": "80",
            "HOME": str(self.root),
            "PYTHONPATH": os.pathsep.join([str(PROJECT), str(self.root / "less")]),
            "TORCHGRADE_SECRET": "a secret of this test's",
        }

    # --- what became of it

    def rows(self, query: str, database: Path | None = None) -> Sequence[tuple[Any, ...]]:
        connection = sqlite3.connect(database or self.folder / "gradebook.db", timeout=30)
        try:
            with connection:
                return connection.execute(query).fetchall()
        finally:
            connection.close()

    def marks(self, database: Path | None = None) -> Mapping[tuple[str, str], tuple[Any, ...]]:
        """(points, whether a person is asked, remark) of ``ch01`` by student and grade_id."""
        found = self.rows(
            """
            SELECT handed.student_id, cell.name, grade.auto_score, grade.needs_manual_grade,
                   (SELECT auto_comment FROM comment JOIN base_cell AS of ON of.id = comment.cell_id
                    WHERE comment.notebook_id = notebook.id
                    AND cell.name IN (of.name, 'test_' || of.name))
            FROM grade
            JOIN base_cell AS cell ON cell.id = grade.cell_id
            JOIN submitted_notebook AS notebook ON notebook.id = grade.notebook_id
            JOIN submitted_assignment AS handed ON handed.id = notebook.assignment_id
            JOIN assignment ON assignment.id = handed.assignment_id
            WHERE assignment.name = 'ch01'
            """,
            database,
        )
        return {(student, cell): tuple(rest) for student, cell, *rest in found}

    def penalties(self, database: Path | None = None) -> Mapping[str, float | None]:
        found = self.rows(
            """
            SELECT handed.student_id, notebook.late_submission_penalty
            FROM submitted_notebook AS notebook
            JOIN submitted_assignment AS handed ON handed.id = notebook.assignment_id
            JOIN assignment ON assignment.id = handed.assignment_id
            WHERE assignment.name = 'ch01'
            """,
            database,
        )
        return {str(student): penalty for student, penalty in found}

    def _write(self, step: str, assignment: str, cells: Sequence[Any]) -> Path:
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        metadata = {"kernelspec": kernel}
        path = self.notebook(step, assignment)
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)
        return path


def _stock_cell(grade_id: str, source: str, points: float | None = None) -> Any:
    told = {
        "schema_version": 3,
        "grade_id": grade_id,
        "grade": points is not None,
        "locked": points is not None,
        "solution": points is None,
        "task": False,
        **({} if points is None else {"points": points}),
    }
    return nbformat.v4.new_code_cell(source, metadata={"nbgrader": told})
