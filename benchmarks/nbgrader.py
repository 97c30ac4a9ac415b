"""What an nbgrader classroom costs: our two ways of grading it against nbgrader's own.

Run ``python -m benchmarks.nbgrader``. The same answers to the exercise of thirty tests are graded

- by nbgrader alone, with the tests in cells of the notebook, in a kernel for each;
- by ``nbgrader autograde`` with the sandbox in place of the kernel (way 1);
- by ``course grade submitted/``, which also writes autograded/ and pages (way 3).

They take turns, whole commands by wall clock, and must give the same points. nbgrader alone grades
the first ``--stock`` of them only, as it takes so long; what it takes for each and its start are
told apart by another run with nothing to do, and what is worked out for all says so. Exits with 1
unless way 1 is at least 2.5 and way 3 at least 40 times as fast.
"""

from __future__ import annotations

import argparse
import json
import os
import pstats
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.batch_cost.peers import Nbgrader, run_nbgrader, scores_in
from benchmarks.batch_cost.texts import benchmark_course, thirty
from benchmarks.measure import line, seconds
from torchgrade.course import Course, load
from torchgrade.notebooks.source import source_notebook

_ROOT: Final = Path(__file__).resolve().parents[1]
_CHAPTER: Final = "ch01_thirty"
_ASSIGNMENT: Final = "ch01"
_AIMS: Final = {"way 1": 2.5, "way 3": 40.0}
_CONFIGURATION: Final = """\
import torchgrade.notebooks

c = get_config()
torchgrade.notebooks.configure(c, course="../course")
"""
# What way 1's time goes to, by the functions of the profile in which it is spent.
_PARTS: Final = {
    "importing": ("<frozen importlib._bootstrap>", "_find_and_load"),
    "nbgrader: preparing a submission": ("nbgrader/converters/autograde.py", "init_assignment"),
    "nbgrader: opening the database": ("nbgrader/api.py", "__init__"),
    "nbconvert: both conversions": ("nbconvert/exporters/exporter.py", "_preprocess"),
    "nbconvert: checking the notebook's form": (
        "nbconvert/exporters/exporter.py",
        "_validate_preprocessor",
    ),
    "nbgrader: cells from the database": ("nbgrader/preprocessors/overwritecells.py", "preprocess"),
    "nbgrader: other files and permissions": ("nbgrader/converters/base.py", "set_permissions"),
    "ours: grading": ("notebooks/resident.py", "grade"),
    "ours: the gradebook": ("notebooks/resident.py", "enter"),
    "ours: feedback in cells": ("notebooks/rebuild.py", "marked"),
}


class Classroom:
    """A torchgrade course and an nbgrader course for it, with a notebook for each answer."""

    def __init__(self, folder: Path, texts: Sequence[str]) -> None:
        self.folder = folder / "classroom"
        self._course = _course(folder / "course")
        source = self.folder / "source" / _ASSIGNMENT
        source.mkdir(parents=True)
        chapter = self._course.chapters[0]
        built = source_notebook(self._course, chapter, "en").contents
        (source / f"{_ASSIGNMENT}.ipynb").write_bytes(built)
        (self.folder / "nbgrader_config.py").write_text(_CONFIGURATION)
        run_nbgrader(self.folder, "generate_assignment", _ASSIGNMENT)
        released = json.loads(
            (self.folder / "release" / _ASSIGNMENT / f"{_ASSIGNMENT}.ipynb").read_bytes()
        )
        for number, text in enumerate(texts):
            for cell in released["cells"]:
                if cell["metadata"].get("nbgrader", {}).get("grade_id") == "thirty":
                    cell["source"] = text
            place = self.folder / "submitted" / f"s{number}" / _ASSIGNMENT
            place.mkdir(parents=True)
            (place / f"{_ASSIGNMENT}.ipynb").write_text(json.dumps(released))

    def way_1(self) -> float:
        return seconds(lambda: run_nbgrader(self.folder, "autograde", _ASSIGNMENT))

    def way_3(self) -> float:
        line = [sys.executable, str(_ROOT / "cli.py"), "--course", str(self._course.root)]
        places = ["--out", str(self.folder / "graded")]
        line += ["grade", str(self.folder / "submitted"), *places]
        return seconds(lambda: subprocess.run(line, check=True, capture_output=True))

    def scores(self, count: int) -> Sequence[int]:
        found = scores_in(self.folder / "gradebook.db")
        return [found[f"s{number}"] for number in range(count)]

    def profile(self) -> pstats.Stats:
        """Way 1 under Python's profiler, which makes all that is Python slower."""
        file = self.folder / "profile"
        path = os.pathsep.join((os.path.dirname(sys.executable), os.environ.get("PATH", "")))
        command = [sys.executable, "-m", "cProfile", "-o", str(file), "-m", "nbgrader"]
        subprocess.run(
            [*command, "autograde", _ASSIGNMENT],
            cwd=self.folder,
            env={**os.environ, "PATH": path},
            check=True,
            capture_output=True,
        )
        return pstats.Stats(str(file))


def _course(folder: Path) -> Course:
    """The benchmarks' course, with the texts that a notebook is built of."""
    shutil.copytree(benchmark_course().root, folder)
    for exercise in load(folder).exercises:
        exercise.stub.parent.mkdir(parents=True)
        exercise.stub.write_text("raise NotImplementedError\n")
        exercise.statement("en").write_text(f"# {exercise.name}\n\nSix functions.\n")
        exercise.stub.with_name("README.md").write_text("# Benchmarks\n\nAs measured.\n")
    return load(folder)


@dataclass(frozen=True)
class Turn:
    """One measurement of each; seconds."""

    stock: float
    idle: float
    """nbgrader's start with nothing to do."""
    way_1: float
    way_3: float


def measure(count: int, stock: int, seed: int) -> Turn:
    """Grade ``count`` answers by each way, ``stock`` of them by nbgrader alone."""
    texts = thirty(count, wrong=0.2, seed=seed)
    with tempfile.TemporaryDirectory() as made:
        root = Path(made)
        alone = Nbgrader(root / "alone", texts[:stock])
        first, third = Classroom(root / "one", texts), Classroom(root / "three", texts)
        took, idle = alone.run()
        turn = Turn(took, idle, first.way_1(), third.way_3())
        points = [alone.scores(), first.scores(count), third.scores(count)]
        if not list(points[0]) == list(points[1][:stock]) or list(points[1]) != list(points[2]):
            raise RuntimeError(f"they don't agree: {points}")
    return turn


def main() -> int:
    """Measure and print; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--students", type=int, default=40)
    parser.add_argument("--stock", type=int, default=8, help="how many nbgrader grades alone")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--profile", action="store_true", help="where the time of way 1 goes")
    told = parser.parse_args()
    stock = min(told.stock, told.students)
    if told.profile:
        return _profile(told.students)
    turns = [measure(told.students, stock, seed) for seed in range(told.rounds)]
    print(f"{told.students} notebooks with an answer to thirty tests; least, median, largest")
    print(line(f"nbgrader alone, {stock} notebooks", [turn.stock for turn in turns], "s"))
    print(line("nbgrader with nothing to do", [turn.idle for turn in turns], "s"))
    print(line("way 1: nbgrader autograde", [turn.way_1 for turn in turns], "s"))
    print(line("way 3: course grade", [turn.way_3 for turn in turns], "s"))
    # Each notebook takes it as long as the last one: it starts a kernel for each.
    each = [(turn.stock - turn.idle) / stock for turn in turns]
    whole = [turn.idle + told.students * one for turn, one in zip(turns, each, strict=True)]
    how = "measured" if stock == told.students else f"worked out from {stock}"
    print(line(f"nbgrader alone, {told.students} notebooks ({how})", whole, "s"))
    print(line("way 1, each notebook besides the start", _net(turns, told.students)))
    ratios = {
        "way 1": statistics.median(w / t.way_1 for w, t in zip(whole, turns, strict=True)),
        "way 3": statistics.median(w / t.way_3 for w, t in zip(whole, turns, strict=True)),
    }
    return _judge(ratios)


def _net(turns: Sequence[Turn], count: int) -> list[float]:
    return [(turn.way_1 - turn.idle) / count for turn in turns]


def _judge(ratios: Mapping[str, float]) -> int:
    for name, ratio in ratios.items():
        holds = ratio >= _AIMS[name]
        print(
            f"{'holds' if holds else 'FAILS'}  {name}: {ratio:.1f} times as fast as nbgrader alone"
            f" (at least {_AIMS[name]:g})"
        )
    return 0 if all(ratio >= _AIMS[name] for name, ratio in ratios.items()) else 1


def _profile(count: int) -> int:
    with tempfile.TemporaryDirectory() as made:
        stats = Classroom(Path(made), thirty(count, seed=0)).profile()
    print(f"way 1 with {count} notebooks under the profiler; parts may lie in one another")
    found: Mapping[tuple[str, int, str], tuple[int, int, float, float, object]]
    found = stats.stats  # type: ignore[attr-defined]  # it is there, and nowhere described
    for name, (file, function) in _PARTS.items():
        rows = [row for key, row in found.items() if key[0].endswith(file) and key[2] == function]
        calls = sum(row[1] for row in rows)
        # Of a function that calls itself, the profiler counts the outermost.
        took = max((row[3] for row in rows), default=0.0)
        print(f"  {name:<44}{calls:7} calls {took:9.2f} s")
    print(f"  {'all of it':<44}{'':13} {max(row[3] for row in found.values()):9.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
