"""An nbgrader classroom on the spot: a course, its notebook, submissions, and nbgrader itself."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import dedent
from typing import Any

import nbformat

from tests.grading import Task, write_course
from torchgrade.course import Course
from torchgrade.notebook_cells import SETUP, check_source, graded_source
from torchgrade.notebooks import names

PROJECT = Path(__file__).parents[1]


class Classroom:
    def __init__(self, root: Path, tasks: Sequence[Task]) -> None:
        self.root = root
        self.course: Course = write_course(root / "course", tasks)
        self.folder = root / "classroom"
        self.folder.mkdir()
        (self.folder / "nbgrader_config.py").write_text(
            "import torchgrade.notebooks\n"
            "c = get_config()\n"
            'c.CourseDirectory.course_id = "course"\n'
            'torchgrade.notebooks.configure(c, course="../course")\n'
        )

    def build(self) -> None:
        cells = [
            _cell("about", "markdown", "# About", locked=True),
            _cell("setup", "code", SETUP, locked=True),
        ]
        for exercise in self.course.exercises:
            n = exercise.name
            solution = exercise.solution.read_text()
            cells += [
                _cell(names.statement_id(n), "markdown", f"## {n}", locked=True),
                _cell(
                    n,
                    "code",
                    f"def f(x):\n    ### BEGIN SOLUTION\n    pass\n{solution}\n    ### END SOLUTION",
                    solution=True,
                ),
                _cell(names.check_id(n), "code", check_source(n), locked=True),
                _cell(
                    names.test_id(n),
                    "code",
                    graded_source(n, exercise.points),
                    locked=True,
                    grade=True,
                    points=exercise.points,
                ),
            ]
        nb = nbformat.v4.new_notebook(
            cells=cells,
            metadata={
                "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
            },
        )
        self.write(self.folder / "source" / "ch01" / "ch01.ipynb", nb)

    def write(self, path: Path, nb: Any) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(nb, path)

    def nbgrader(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "nbgrader", *words],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    @property
    def environment(self) -> dict[str, str]:
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        kept = {
            "PATH": path,
            "LC_ALL": "C.UTF-8",
            "COLUMNS": "80",
            "PYTHONPATH": str(PROJECT),
            "HOME": str(self.root),
        }
        return {**kept, "TORCHGRADE_SECRET": "a secret of this test's"}

    def hand_in(self, student: str, **answers: str) -> Path:
        nb = nbformat.read(self.folder / "release" / "ch01" / "ch01.ipynb", as_version=4)
        for cell in nb.cells:
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            if grade_id in answers:
                cell.source = dedent(answers[grade_id])
        path = self.folder / "submitted" / student / "ch01" / "ch01.ipynb"
        self.write(path, nb)
        return path

    def rows(self, query: str) -> Sequence[tuple[object, ...]]:
        connection = sqlite3.connect(self.folder / "gradebook.db")
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()


def _cell(
    grade_id: str,
    kind: str,
    source: str,
    *,
    locked: bool = False,
    grade: bool = False,
    solution: bool = False,
    points: float | None = None,
) -> Any:
    meta = {
        "schema_version": 3,
        "grade_id": grade_id,
        "locked": locked,
        "grade": grade,
        "solution": solution,
        "task": False,
    }
    if points is not None:
        meta["points"] = points
    make = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    return make(source, metadata={"nbgrader": meta}, id=names.cell_id(grade_id))
