"""`course audit`: a sound course is left in peace, and each planted fault is found."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.grading import Engine
from torchgrade.audit import ExerciseAudit, audit_exercise
from torchgrade.course import check_files, load

PROJECT = Path(__file__).parents[1]
MINI = PROJECT / "tests" / "mini_course"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A copy of the mini course to plant faults in."""
    root = tmp_path / "course"
    shutil.copytree(MINI, root, ignore=shutil.ignore_patterns("__pycache__"))
    return root


def audit(
    engine: Engine, root: Path, name: str, seeds: int = 1, answers: Path | None = None
) -> ExerciseAudit:
    loaded = load(root)
    (exercise,) = loaded.select([name])
    found, engine.server = audit_exercise(loaded, exercise, seeds, engine.server, answers)
    return found


def edit(file: Path, old: str, new: str) -> None:
    content = file.read_text(encoding="utf-8")
    assert content.count(old) == 1, f"{old!r} in {file.name}"
    file.write_text(content.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "tests", "misconceptions"),
    [("center", 5, 2), ("moments", 3, 3), ("running_mean", 1, 2), ("shift", 2, 2), ("outer", 3, 2)],
)
def test_a_sound_exercise_is_left_in_peace(
    engine: Engine, name: str, tests: int, misconceptions: int
) -> None:
    """Functions, classes, probes, refusals: nothing is found, over several seeds."""
    found = audit(engine, MINI, name, seeds=2)
    assert found.findings == ()
    assert found.sound
    assert (found.tests, found.misconceptions, found.alternatives) == (tests, misconceptions, 2)
    assert found.seeds == 2


GRADER, SOLUTION, STUB = (
    "graders/ch01_values/test_center.py",
    "solutions/ch01_values/center.py",
    "exercises/ch01_values/center.py",
)
RIGHT_BODY = "return x - x.sum(dim, keepdim=True) / x.shape[dim]"

FORBIDS = 'forbids("mean")'
FAULTS: dict[str, tuple[str, str, str, str]] = {
    "the solution fails": (
        SOLUTION,
        "/ x.shape[dim]",
        "/ (x.shape[dim] + 1)",
        "solution: fails test_matrix[0]",
    ),
    "the solution can't be loaded": (SOLUTION, "def center", "def centre", "solution: fails"),
    "the stub earns all": (STUB, "raise NotImplementedError", RIGHT_BODY, "stub: earns marks in"),
    "the stub earns one test": (
        GRADER,
        "    close(student.center(x, dim), x - x.mean(dim, keepdim=True))\n",
        "    with refuses(NotImplementedError, ValueError):\n        pass\n",
        "could not be graded",
    ),
    "a misconception passes": (
        GRADER,
        "return x - x.sum() / x.numel()",
        RIGHT_BODY,
        "misconception one_mean_for_all: passes every test",
    ),
    "a misconception is like another": (
        GRADER,
        "return x - x.sum() / x.numel()",
        "return x - x.sum(dim, keepdim=True) / x.numel()",
        "misconception one_mean_for_all: fails test_matrix[0] but is not diagnosed",
    ),
    "a misconception is taken for another": (
        GRADER,
        "return x - x.sum() / x.numel()",
        "globals().setdefault('seen', []).append(1); return x - x.sum(dim, keepdim=True) / "
        "(x.shape[dim] if len(seen) == 1 else x.numel())",
        "misconception one_mean_for_all: diagnosed as divided_by_all in",
    ),
    "a misconception can't travel": (
        GRADER,
        "return x - x.sum() / x.numel()",
        "return x - pytestmark",
        "misconception one_mean_for_all: could not be graded",
    ),
    "an alternative is wrong": (
        GRADER,
        "part -= sum(x.unbind(dim))",
        "part += sum(x.unbind(dim))",
        "alternative by_loop: fails test_matrix[0]",
    ),
    "an alternative uses what is forbidden": (
        GRADER,
        "part -= sum(x.unbind(dim)) / x.shape[dim]",
        "part -= x.mean(dim)",
        "alternative by_loop: fails test_matrix[0]",
    ),
    "what is forbidden is misspelt": (
        GRADER,
        FORBIDS,
        f"{FORBIDS[:-1]}, 'linalg.svdd')",
        ": forbids 'linalg.svdd', which is no operator of torch; did you mean linalg.svd?",
    ),
    "what is forbidden is found elsewhere": (
        GRADER,
        FORBIDS,
        f"{FORBIDS[:-1]}, *('Tensor.conv2d',))",
        ": forbids 'Tensor.conv2d', which is no operator of torch; did you mean conv2d?",
    ),
    "a title lacks a translation": (
        GRADER,
        '@title("Three axes", zh="三个维度")',
        '@title("Three axes")',
        "title of test_three_axes: no wording in zh",
    ),
    "there is no title": (
        GRADER,
        '@title("Three axes", zh="三个维度")\n',
        "",
        "title of test_three_axes: no wording in zh",
    ),
    "an explanation lacks a translation": (
        GRADER,
        '    zh="这里减去的是全部元素的均值，与指定的维度无关。",\n',
        "",
        "one_mean_for_all: no wording in zh",
    ),
    "a hidden hint lacks a translation": (
        GRADER,
        ', zh="保持 x 的 dtype。")',
        ")",
        "hint of test_double: no wording in zh",
    ),
    "too few alternatives": (
        GRADER,
        '@alternative("center")\ndef by_matrix',
        "def by_matrix",
        "the grader lists 1 alternatives; 2 are needed",
    ),
    "a misconception of nothing": (
        GRADER,
        '@alternative("center")\ndef by_matrix',
        '@alternative("centre")\ndef by_matrix',
        "by_matrix: the model answer has no centre to replace",
    ),
    "the grader is broken": (GRADER, "import torch\n", "import troch\n", "could not be graded"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(engine: Engine, course: Path, fault: str) -> None:
    """Each is told in one line that names what is wrong."""
    file, old, new, finding = FAULTS[fault]
    edit(course / file, old, new)
    found = audit(engine, course, "center")
    assert not found.sound
    assert any(finding in line for line in found.findings), found.findings
    assert all("\n" not in line for line in found.findings)


def test_a_grader_without_misconceptions_is_found(engine: Engine, course: Path) -> None:
    """One that nothing proves able to fail anybody."""
    file = course / GRADER
    head, _, rest = file.read_text(encoding="utf-8").partition("@misconception")
    _, _, tail = rest.rpartition('@alternative("center")\ndef by_loop')
    file.write_text(f'{head}@alternative("center")\ndef by_loop{tail}', encoding="utf-8")
    assert audit(engine, course, "center").findings == ("the grader declares no misconception",)


@pytest.mark.parametrize("content", [None, " \n", b"\xff\xfe"])
def test_a_statement_that_is_missing_is_found(
    engine: Engine, course: Path, content: str | bytes | None
) -> None:
    """Missing, empty or unreadable, in any language."""
    file = course / "exercises" / "ch01_values" / "center.zh.md"
    file.unlink()
    if content is not None:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    (finding,) = audit(engine, course, "center").findings
    assert finding.startswith("statement (zh): center.zh.md")


def test_an_exercise_without_hints_is_found(engine: Engine, course: Path) -> None:
    """Students who are stuck would have nothing to ask for."""
    file = course / "course.yml"
    content = file.read_text(encoding="utf-8")
    hint = content[content.index("        hints:\n          - {en: Divide") :]
    hint = hint[: hint.index("  ch02_objects")]
    file.write_text(content.replace(hint, ""), encoding="utf-8")
    assert audit(engine, course, "moments").findings == ("no hints in course.yml",)


def test_a_test_that_holds_by_luck_is_found_over_seeds(engine: Engine, course: Path) -> None:
    """One seed may let it through; several do not."""
    edit(
        course / GRADER,
        "x = rand(2, 3, 4)\n",
        "x = rand(2, 3, 4)\n    assert x[0, 0, 0] < 0\n",
    )
    found = audit(engine, course, "center", seeds=5)
    assert any(line.startswith("solution: fails test_three_axes") for line in found.findings)


def test_a_random_solution_is_found_over_seeds(engine: Engine, course: Path) -> None:
    """A model answer that is right for some inputs only fails for others."""
    edit(
        course / SOLUTION,
        "return x - x",
        "if float(x.sum()) > 2:\n        return x\n    return x - x",
    )
    found = audit(engine, course, "center", seeds=4)
    told = [line.partition(": ")[2].split()[1] for line in found.findings if "solution" in line]
    assert told
    assert len(set(told)) == len(told), "a fault is told once, however many seeds show it"


def test_stray_and_missing_files_are_found(course: Path) -> None:
    """Whatever belongs to no exercise, and whatever an exercise lacks."""
    (course / "graders" / "ch01_values" / "test_centre.py").touch()
    (course / "solutions" / "ch09_lost").mkdir()
    (course / GRADER).unlink()
    told = [str(problem) for problem in check_files(load(course))]
    assert len(told) == 3
    assert any("did you mean 'test_center.py'" in line for line in told)
    assert any("missing: the grader of ch01_values/center" in line for line in told)
    assert any("ch09_lost" in line for line in told)
    assert check_files(load(MINI)) == ()


# --- answers of known worth


CENTER = "def center(x, dim):\n    return {}\n"
RIGHT = CENTER.format("x - (x / x.shape[dim]).sum(dim, keepdim=True)")
ALL_ELEMENTS = CENTER.format("x - x.sum() / x.numel()")
NOT_CENTERED = CENTER.format("x + 0")


def kept(root: Path, **answers: str) -> Path:
    """A folder with answers to `center`, by the names of their files."""
    folder = root.parent / "answers"
    (folder / "ch01_values" / "center").mkdir(parents=True)
    for name, code in answers.items():
        (folder / "ch01_values" / "center" / f"{name}.py").write_text(code, encoding="utf-8")
    return folder


def test_answers_are_graded_beside_the_graders_own(engine: Engine, course: Path) -> None:
    """Right ones pass, wrong ones are explained by what their names say, or by nothing."""
    folder = kept(
        course,
        right_mean=RIGHT,
        wrong_axis__one_mean_for_all=ALL_ELEMENTS,
        wrong_nothing=NOT_CENTERED,
    )
    found = audit(engine, course, "center", answers=folder)
    assert found.findings == ()
    assert found.answers == 3


def test_answers_that_get_something_else_are_found(engine: Engine, course: Path) -> None:
    folder = kept(
        course,
        right_axis=ALL_ELEMENTS,
        wrong_mean=RIGHT,
        wrong_told=ALL_ELEMENTS,
        wrong_nothing__one_mean_for_all=NOT_CENTERED,
        wrong_other__divided_by_all=ALL_ELEMENTS,
        wrong_syntax="def center(x, dim:\n",
        fine=RIGHT,
    )
    (folder / "ch01_values" / "center" / "wrong_bytes.py").write_bytes(b"\xff")
    name, unread, *told = sorted(audit(engine, course, "center", answers=folder).findings)
    assert name.endswith("fine.py: called neither right_WHAT.py nor wrong_WHAT.py")
    assert unread.endswith("wrong_bytes.py: can't be read")
    right, *wrong = told
    assert right.startswith("answer right_axis: fails test_")
    assert wrong == [
        "answer wrong_mean: passes every test",
        "answer wrong_nothing__one_mean_for_all: explained by nothing, not by one_mean_for_all",
        "answer wrong_other__divided_by_all: explained by one_mean_for_all, not by divided_by_all",
        "answer wrong_told: explained by one_mean_for_all, not by nothing",
    ]


def test_answers_to_no_exercise_are_found(course: Path) -> None:
    """A folder whose name is mistyped would never be graded, and nobody notice."""
    folder = kept(course, right_mean=RIGHT)
    (folder / "ch01_values" / "centre").mkdir()
    (folder / "ch01_values" / "centre" / "right_mean.py").write_text(RIGHT, encoding="utf-8")
    done = command(course, "center", "--answers", str(folder))
    assert done.returncode == 1
    (told,) = [line for line in done.stdout.splitlines() if "no exercise has" in line]
    assert "centre" in told
    assert "1 exercises, 1 to mend." in done.stdout


# --- the command


def command(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(PROJECT / "cli.py"), "--course", str(root), "audit", *arguments],
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "COLUMNS": "80"},
        cwd=root,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_the_command_passes_a_sound_course() -> None:
    """Exit code 0, a row for each exercise, nothing on standard error, no colour in a pipe."""
    done = command(MINI, "--jobs", "2")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines[1:6]] == [e.key for e in load(MINI).exercises]
    assert all(line.split()[-1] == "sound" for line in lines[1:6])
    assert lines[-1] == "5 exercises, nothing to mend."
    assert "\x1b" not in done.stdout


def test_the_command_fails_an_unsound_course(course: Path) -> None:
    """Exit code 1, and JSON that tells files and exercises apart."""
    (course / "exercises" / "ch01_values" / "notes.txt").touch()
    file, old, new, finding = FAULTS["the solution fails"]
    edit(course / file, old, new)
    done = command(course, "center", "moments", "--json", "--jobs", "1")
    assert (done.returncode, done.stderr) == (1, "")
    document = json.loads(done.stdout)
    assert document["format"] == 1
    assert ["notes.txt" in line for line in document["files"]] == [True]
    center, moments = document["exercises"]
    assert center["key"] == "ch01_values/center"
    assert any(finding in line for line in center["findings"])
    assert moments["findings"] == []
