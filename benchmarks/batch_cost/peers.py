"""How others grade the thirty tests. Each tells seconds, and tests passed by file or student."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.measure import seconds

__all__ = ["BareFork", "Nbgrader", "one_pytest", "pytest_each", "run_nbgrader", "scores_in"]

_HERE = Path(__file__).resolve().parent
_SUITE = _HERE / "suite"
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

Scores = list[int]


class BareFork:
    """A child forked for each file, without pytest and without a sandbox: the floor."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(_HERE / "bare_fork.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **_ONE_THREAD},
        )
        self._line()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def grade(self, path: Path) -> tuple[float, int]:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        took, passed = self._line().split()
        return float(took), int(passed)

    def close(self) -> None:
        self._process.communicate()


def one_pytest(paths: Sequence[Path]) -> tuple[float, Scores]:
    """One session over all files, nothing isolated; without starting up and importing torch."""
    report = _pytest(paths)
    took, passed = report["seconds"], report["passed"]
    assert isinstance(took, float) and isinstance(passed, dict)
    return took, [passed[str(path)] for path in paths]


def pytest_each(paths: Sequence[Path], jobs: int) -> tuple[float, Scores]:
    """A process for each file, ``jobs`` at a time; wall time of all."""
    reports: list[Mapping[str, object]] = []

    def run() -> None:
        with ThreadPoolExecutor(jobs) as pool:
            reports.extend(pool.map(lambda path: _pytest([path]), paths))

    took = seconds(run)
    scores = []
    for path, report in zip(paths, reports, strict=True):
        passed = report["passed"]
        assert isinstance(passed, dict)
        scores.append(int(passed[str(path)]))
    return took, scores


def _pytest(paths: Sequence[Path]) -> Mapping[str, object]:
    with tempfile.NamedTemporaryFile() as report:
        environment = {
            **os.environ,
            **_ONE_THREAD,
            "ANSWERS": os.pathsep.join(map(str, paths)),
            "REPORT": report.name,
            # What else is installed beside pytest is not its fault.
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        }
        command = [sys.executable, "-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider"]
        subprocess.run(
            [*command, "-c", os.devnull, "--rootdir", str(_SUITE), str(_SUITE)],
            env=environment,
            cwd=_SUITE,
            stdout=subprocess.DEVNULL,
            check=False,
        )
        found = json.loads(Path(report.name).read_bytes())
    assert isinstance(found, dict)
    return found


class Nbgrader:
    """An nbgrader course in a folder of its own, with a notebook for each of some answers."""

    def __init__(self, folder: Path, texts: Sequence[str]) -> None:
        self._folder = folder
        self._students = [f"s{number}" for number in range(len(texts))]
        source = folder / "source" / "thirty"
        source.mkdir(parents=True)
        (folder / "nbgrader_config.py").write_text("c = get_config()\n")
        (source / "thirty.ipynb").write_text(json.dumps(_notebook()))
        run_nbgrader(folder, "generate_assignment", "thirty")
        released = json.loads((folder / "release" / "thirty" / "thirty.ipynb").read_text())
        for student, text in zip(self._students, texts, strict=True):
            released["cells"][0]["source"] = text
            place = folder / "submitted" / student / "thirty"
            place.mkdir(parents=True)
            (place / "thirty.ipynb").write_text(json.dumps(released))

    def grade(self) -> tuple[float, Scores]:
        """Seconds of ``nbgrader autograde``, less those that it takes with nothing to do."""
        took, idle = self.run()
        return took - idle, self.scores()

    def run(self) -> tuple[float, float]:
        """Seconds of ``nbgrader autograde``, and of another one with nothing to do."""
        took = seconds(lambda: run_nbgrader(self._folder, "autograde", "thirty"))
        return took, seconds(lambda: run_nbgrader(self._folder, "autograde", "thirty"))

    def scores(self) -> Scores:
        found = scores_in(self._folder / "gradebook.db")
        return [found[student] for student in self._students]


def run_nbgrader(folder: Path, *arguments: str) -> None:
    """A command of nbgrader's in ``folder``. Raises RuntimeError if it fails."""
    scratch = {
        name: str(folder / ".jupyter" / name)
        for name in (
            "JUPYTER_CONFIG_DIR",
            "JUPYTER_DATA_DIR",
            "JUPYTER_RUNTIME_DIR",
            "IPYTHONDIR",
        )
    }
    # It starts programs that are installed beside it by their names.
    path = os.pathsep.join((os.path.dirname(sys.executable), os.environ.get("PATH", "")))
    environment = {**os.environ, **_ONE_THREAD, **scratch, "PATH": path}
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"nbgrader {arguments[0]}: {done.stderr[-2000:]}")


def scores_in(gradebook: Path) -> Mapping[str, int]:
    """Points of all students, by the grader alone."""
    statement = """
        select student.id, sum(coalesce(grade.auto_score, 0))
        from grade
        join submitted_notebook on grade.notebook_id = submitted_notebook.id
        join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
        join student on submitted_assignment.student_id = student.id
        group by student.id
    """
    connection = sqlite3.connect(gradebook)
    try:
        return {student: round(points) for student, points in connection.execute(statement)}
    finally:
        connection.close()


def _notebook() -> dict[str, object]:
    """The assignment: an answer, the cases, and a cell of one point for each of them."""
    cells = [
        _cell("answer", "raise NotImplementedError", solution=True),
        _cell("cases", (_SUITE / "cases.py").read_text() + "\nCASES = cases()\n"),
    ]
    for number in range(30):
        source = (
            f"name, arguments, expected = CASES[{number}]\n"
            "assert agree(globals()[name](*arguments), expected(*arguments))"
        )
        cells.append(_cell(f"test-{number}", source, points=1))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def _cell(
    name: str, source: str, *, solution: bool = False, points: int | None = None
) -> dict[str, object]:
    grading: dict[str, object] = {
        "schema_version": 3,
        "grade_id": name,
        "solution": solution,
        "grade": points is not None,
        "locked": not solution,
        "task": False,
    }
    if points is not None:
        grading["points"] = points
    return {
        "cell_type": "code",
        "id": name,
        "metadata": {"nbgrader": grading},
        "execution_count": None,
        "outputs": [],
        "source": source,
    }
