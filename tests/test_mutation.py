"""Mutants of model answers: each is another program, and a weak grader lets some pass."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.mutation import mutants
from tests.grading import Task, write_course

PROJECT = Path(__file__).parents[1]

PROGRAM = '''
"""What it does."""
import torch


def f(x: int = 1, *, device=None):
    """Say it."""
    if x < 3 and not device:
        raise ValueError("too small")
    total = 0
    for k in range(x):
        total += k * 2
    return torch.zeros(total, device=device).clone()[1:]
'''


def test_each_mutant_is_another_program() -> None:
    """None is the program itself, none comes twice, and each can be compiled."""
    sources = [mutant.source for mutant in mutants(PROGRAM)]
    assert len(set(sources)) == len(sources)
    for source in sources:
        compile(source, "mutant", "exec")
        assert "Say it." in source
        assert "ValueError('too small')" in source or "raise" not in source


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("x < 3", "x <= 3"),
        ("x < 3 and (not device)", "x < 3 or not device"),
        ("k * 2", "k / 2"),
        ("total += k * 2", "total -= k * 2"),
        ("raise ValueError('too small')", ""),
        ("torch.zeros", "torch.ones"),
        ("torch.zeros(total, device=device).clone()", "torch.zeros(total, device=device)"),
        ("1:", ":"),
        ("for k in range(x):", "for k in range(x):; break"),
    ],
)
def test_slips_of_the_hand(was: str, becomes: str) -> None:
    """Each kind is made, and told in one line."""
    assert (was, becomes) in {(mutant.was, mutant.becomes) for mutant in mutants(PROGRAM)}


def test_what_changes_nothing_is_left_alone() -> None:
    """Annotations, imports, docstrings, and arguments that tell which device."""
    told = {mutant.was for mutant in mutants(PROGRAM)}
    assert not told & {"int", "import torch", "'Say it.'", "torch.zeros(total)"}


@pytest.mark.parametrize("asked", [2, 3])
def test_survivors_are_listed_and_cost_the_exit_code(tmp_path: Path, asked: int) -> None:
    """A grader that asks for the square of 2 alone lets doubling through."""
    grader = f"def test_it(student):\n    assert student.f({asked}) == {asked**2}\n"
    course = write_course(tmp_path, [Task(grader, "def f(x):\n    return x ** 2\n")])
    line = [sys.executable, "-m", "benchmarks.mutants", "--course", str(course.root)]
    done = subprocess.run(line, cwd=PROJECT, capture_output=True, text=True, check=False)
    weak = asked == 2
    assert done.returncode == weak, done.stderr
    assert ("passes every test: line 2: x ** 2 -> x * 2" in done.stdout) == weak
