"""A small course and small classes for it, and the command that grades them."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

from tests.command import course
from tests.grading import CHAPTER, Task, write_course
from torchgrade.course import Course

__all__ = ["DOUBLE", "HALF", "PROJECT", "Classroom", "Counted"]

PROJECT = Path(__file__).parents[2]

# 13 ends the grader process that meets it. Student code has no way to do that, so the grader does.
DOUBLE = Task(
    """
    import os, signal

    def test_small(student):
        value = student.f(3)
        if value == 13:
            os.kill(os.getpid(), signal.SIGKILL)
        close(value, 6)

    @hidden("Think of zero.")
    def test_zero(student):
        close(student.f(0), 0)

    @misconception("f", "You squared it.")
    def squared(x):
        return x * x
    """,
    name="double",
    points=4.0,
)
HALF = Task(
    "def test_half(student):\n    close(student.g(8), 4.0)\n",
    solution="def g(x):\n    return x / 2\n",
    name="half",
    points=2.0,
)


@dataclass(frozen=True)
class Counted:
    """Rows of a database that a command left, counted by what they say."""

    results: int
    answers: int
    marks: Mapping[tuple[str, str], float | None]
    """Points by (student, exercise's name)."""


@dataclass
class Classroom:
    """A course, a folder of submissions beside it, and what grading them leaves."""

    root: Path
    course: Course = field(init=False)

    def __post_init__(self) -> None:
        self.course = write_course(self.root / "course", [DOUBLE, HALF])

    @property
    def submissions(self) -> Path:
        return self.root / "submissions"

    @property
    def database(self) -> Path:
        return self.root / "gradebook.db"

    @property
    def out(self) -> Path:
        return self.root / "graded"

    def hand_in(self, student: str, **answers: str) -> None:
        """Put a student's files among the submissions."""
        for name, text in answers.items():
            file = self.submissions / student / CHAPTER / f"{name}.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(dedent(text), encoding="utf-8")

    def change_grader(self, old: str, new: str) -> None:
        file = self.course.exercises[0].grader
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, old
        file.write_text(text.replace(old, new), encoding="utf-8")

    def arguments(self, *words: str) -> list[str]:
        command, *rest = words
        places = ["--out", str(self.out)]
        if "--db" not in words:
            places += ["--db", str(self.database)]
        if "--jobs" not in words:
            places += ["--jobs", "1"]  # each costs an import of torch
        line = [sys.executable, str(PROJECT / "cli.py"), "--course", str(self.course.root)]
        return [*line, command, *rest, *places]

    @property
    def environment(self) -> dict[str, str]:
        kept = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "COLUMNS": "80"}
        return {**kept, "TORCHGRADE_SECRET": "a secret of this test's"}

    def run(self, *words: str, before: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command to its end; ``before`` is code that changes what it finds."""
        program, script, *arguments = self.arguments(*words)
        if not before:
            return course(*arguments, cwd=self.root, environment=self.environment)
        assert script.endswith("cli.py")
        main = f"import sys; sys.path.insert(0, {str(PROJECT)!r}); import cli\n{dedent(before)}"
        return subprocess.run(
            [program, "-c", f"{main}\nsys.exit(cli.main())", *arguments],
            env=self.environment,
            cwd=self.root,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Begin a command and leave it running."""
        return subprocess.Popen(
            self.arguments(*words),
            env=self.environment,
            cwd=self.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def grade(self, *options: str) -> subprocess.CompletedProcess[str]:
        return self.run("grade", str(self.submissions), *options)

    def summary(self, *options: str) -> dict[str, dict[str, int]]:
        """What ``course grade --json`` prints of a run that ended well."""
        done = self.grade("--json", *options)
        assert done.returncode in (0, 3), done.stderr
        document: dict[str, dict[str, int]] = json.loads(done.stdout)
        return document

    def rows(self, query: str) -> Sequence[tuple[object, ...]]:
        """What the database says; nothing if it isn't there yet."""
        if not self.database.exists():
            return []
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=30)
        try:
            return connection.execute(query).fetchall()
        except sqlite3.OperationalError as error:
            assert "no such table" in str(error)
            return []
        finally:
            connection.close()

    def count(self) -> Counted:
        marks = self.rows(
            """
            SELECT assignment_student.student_id, base_cell.name, grade.auto_score
            FROM grade
            JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id
            JOIN submitted_assignment AS assignment_student
              ON submitted_notebook.assignment_id = assignment_student.id
            JOIN base_cell ON grade.cell_id = base_cell.id
            """
        )
        ((results,),) = self.rows("SELECT count(*) FROM torchgrade_result") or [(0,)]
        ((answers,),) = self.rows(
            "SELECT count(*) FROM torchgrade_answer WHERE result_id IS NOT NULL"
        ) or [(0,)]
        assert isinstance(results, int) and isinstance(answers, int)
        return Counted(
            results,
            answers,
            {
                (str(student), str(name).removeprefix("test_")): score  # type: ignore[misc]  # REAL or NULL
                for student, name, score in marks
            },
        )
