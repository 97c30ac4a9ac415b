"""The autograder for Gradescope: built, unpacked as Gradescope does, and run on submissions."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

from torchgrade.course import Course, load
from torchgrade.export.autograder import AutograderError, build
from torchgrade.sandbox.levels import Level

PROJECT = Path(__file__).parents[2]
MINI = PROJECT / "tests" / "mini_course"
SECRET = b"not for everyone"


def make(
    folder: Path,
    course: Course,
    *names: str,
    sandbox: Level = Level.PROCESS,
    secret: bytes = b"",
    torch_index: str | None = None,
) -> Path:
    file = folder / "autograder.zip"
    with file.open("w+b") as stream:
        build(
            course,
            course.select(names),
            stream,
            language="en",
            sandbox=sandbox,
            secret=secret,
            torch_index=torch_index,
        )
    return file


def unpack(file: Path, root: Path) -> Path:
    """As Gradescope does: modes are kept, and run_autograder stands beside source."""
    source = root / "source"
    with zipfile.ZipFile(file) as archive:
        archive.extractall(source)
        for entry in archive.infolist():
            (source / entry.filename).chmod(entry.external_attr >> 16)
    shutil.copy2(source / "run_autograder", root / "run_autograder")
    (root / "results").mkdir(exist_ok=True)
    return root


@dataclass(frozen=True)
class Run:
    code: int
    output: str
    results: dict[str, object] | None

    @property
    def tests(self) -> dict[str, dict[str, object]]:
        assert self.results is not None, self.output
        tests = self.results["tests"]
        assert isinstance(tests, list)
        return {test["name"]: test for test in tests}

    @property
    def score(self) -> float:
        return sum(float(str(test["score"])) for test in self.tests.values())


def run(root: Path, submission: Callable[[Path], None]) -> Run:
    """Start run_autograder as Gradescope would, with this environment's Python."""
    folder = root / "submission"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    submission(folder)
    done = subprocess.run(
        [root / "run_autograder"],
        env={
            "PATH": os.environ["PATH"],
            "TORCHGRADE_AUTOGRADER": str(root),
            "TORCHGRADE_PYTHON": sys.executable,
        },
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    file = root / "results" / "results.json"
    results = json.loads(file.read_text(encoding="utf-8")) if file.exists() else None
    return Run(done.returncode, done.stdout, results)


def files(**sources: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        for name, source in sources.items():
            (folder / f"{name}.py").write_text(dedent(source), encoding="utf-8")

    return write


def solutions(folder: Path) -> None:
    shutil.copytree(MINI / "solutions", folder, dirs_exist_ok=True)


@pytest.fixture(scope="module")
def mini() -> Course:
    return load(MINI)


@pytest.fixture(scope="module")
def built(mini: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("built"), mini, "center", "shift")


@pytest.fixture(scope="module")
def root(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An /autograder of our own."""
    return unpack(built, tmp_path_factory.mktemp("autograder"))


# --- the zip


def test_scripts_stand_at_the_root_and_are_executable(built: Path) -> None:
    """Else Gradescope doesn't find them."""
    with zipfile.ZipFile(built) as archive:
        modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
    assert {name for name in modes if "/" not in name} == {
        *("setup.sh", "run_autograder", "requirements.txt", "autograder.json"),
    }
    assert all(modes[name] & stat.S_IXUSR for name in ("setup.sh", "run_autograder"))


def test_only_what_is_needed_goes_along(built: Path) -> None:
    """Graders and answers of the exercises chosen; no stub, no test, nothing that was compiled."""
    with zipfile.ZipFile(built) as archive:
        names = archive.namelist()
    assert [name for name in names if name.startswith("course/")] == [
        "course/course.yml",
        "course/solutions/ch01_values/center.py",
        "course/graders/ch01_values/test_center.py",
        "course/solutions/ch02_objects/shift.py",
        "course/graders/ch02_objects/test_shift.py",
    ]
    engine = [name for name in names if name.startswith("engine/")]
    assert all(name.startswith("engine/torchgrade/") for name in engine)
    assert not any(
        part in name for name in names for part in ("__pycache__", ".pyc", ".po", "tests")
    )


def test_the_same_course_makes_the_same_zip(mini: Course, built: Path, tmp_path: Path) -> None:
    """So that one can tell whether an autograder is up to date."""
    assert make(tmp_path, mini, "center", "shift").read_bytes() == built.read_bytes()


def test_no_secret_unless_asked(mini: Course, built: Path, tmp_path: Path) -> None:
    """It makes inputs predictable for whoever sees the zip."""
    name = "course/.torchgrade/secret"
    with zipfile.ZipFile(built) as archive:
        assert name not in archive.namelist()
    with zipfile.ZipFile(make(tmp_path, mini, "center", secret=SECRET)) as archive:
        assert archive.read(name) == SECRET
        assert archive.getinfo(name).external_attr >> 16 == 0o600


def test_requirements_are_pinned(built: Path) -> None:
    """Each exactly, and only what grading needs."""
    with zipfile.ZipFile(built) as archive:
        lines = archive.read("requirements.txt").decode().splitlines()
    pins = dict(line.split("==") for line in lines)
    assert {"click", "numpy", "pytest", "pyyaml", "rich"} <= set(pins)
    assert not {"torchgrade", "nbgrader", "ruff", "mypy"} & set(pins)
    assert "+" not in pins["torch"]


def test_pytorch_comes_from_the_index_that_is_named(mini: Course, tmp_path: Path) -> None:
    """In a version that only such an index can have."""
    there = "https://packages.example.org/cpu"
    with zipfile.ZipFile(make(tmp_path, mini, "center", torch_index=there)) as archive:
        index, *lines = archive.read("requirements.txt").decode().splitlines()
    assert index == f"--extra-index-url {there}"
    assert dict(line.split("==") for line in lines)["torch"].endswith("+cpu")


def test_a_missing_model_answer_is_told(tmp_path: Path) -> None:
    """When the zip is built, not on the evening of the deadline."""
    shutil.copytree(MINI, tmp_path / "course")
    course = load(tmp_path / "course")
    course.select(["center"])[0].solution.unlink()
    with pytest.raises(AutograderError, match=r"solutions/ch01_values/center.py can't be read"):
        make(tmp_path, course, "center")


# --- running it


def test_right_answers_get_all_points(root: Path) -> None:
    """In a folder shaped like the course's; the level is recorded."""
    done = run(root, solutions)
    assert done.code == 0
    assert done.score == pytest.approx(6.5)
    assert done.results is not None
    assert done.results["stdout_visibility"] == "hidden"
    assert float(str(done.results["execution_time"])) > 0
    extra = done.results["extra_data"]
    assert isinstance(extra, dict)
    (level,) = extra["torchgrade"]["sandbox"]
    assert f"ch01_values/center: 4 of 4 points ({level})" in done.output


WRONG = """
    def center(x, dim):
        print("axis", dim)
        return x - x.sum() / x.numel()
"""


@pytest.fixture(scope="module")
def wrong(root: Path) -> Run:
    """A wrong answer in a folder that the student zipped; the other exercise is not there."""

    def submission(folder: Path) -> None:
        target = folder / "my work" / "exercises" / "ch01_values"
        target.mkdir(parents=True)
        files(center=WRONG)(target)

    return run(root, submission)


def test_wrong_answers_are_explained(wrong: Run) -> None:
    """Each test by itself; what is not there fails by name."""
    test = wrong.tests["center: The mean along an axis is gone (dim=0)"]
    assert test["status"] == "failed"
    assert "This subtracts the mean of all elements" in str(test["output"])
    assert "axis 0" in str(test["output"])
    shift = [test for name, test in wrong.tests.items() if name.startswith("shift")]
    assert all(
        "There is no file" in str(test["output"])
        for test in shift
        if test["visibility"] == "visible"
    )


def test_hidden_tests_stay_hidden(wrong: Run) -> None:
    """Their status until grades are published, what they hold for ever."""
    test = wrong.tests["center: Double precision"]
    assert test["visibility"] == "after_published"
    assert test["output"] == "Hint: Stay in the dtype of x."


def test_a_file_with_another_name_is_told(root: Path) -> None:
    """The student can put it right, if anybody tells."""
    done = run(root, files(**{"center (1)": WRONG}))
    assert done.score == 0
    assert done.results is not None
    assert done.results["output"] == "Not called like any exercise, so not graded: center (1).py"


def test_notebooks_are_read(root: Path) -> None:
    """As `course grade` reads them, so that marks are the same."""
    answer = (MINI / "solutions" / "ch02_objects" / "shift.py").read_text(encoding="utf-8")
    cell = {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": "shift"}}, "source": answer}
    notebook = {
        "cells": [cell],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }

    def submission(folder: Path) -> None:
        (folder / "shift.ipynb").write_text(json.dumps(notebook), encoding="utf-8")

    done = run(root, submission)
    assert done.results is not None, done.output
    assert done.score == pytest.approx(2.5)


def test_an_empty_submission_earns_nothing(root: Path) -> None:
    """A mark of 0, since nothing was handed in; not a failure."""
    done = run(root, lambda folder: None)
    assert (done.code, done.score) == (0, 0)


HOSTILE = """
    import json, os, sys
    ROOT = {root!r}

    def everything():
        for folder in (ROOT, "/autograder"):
            for name in ("results/results.json", "source/autograder.json", "run_autograder"):
                try:
                    with open(os.path.join(folder, name), "w") as file:
                        json.dump({{"score": 100, "tests": []}}, file)
                except OSError:
                    pass
        print(json.dumps({{"score": 100}}))

    everything()

    def center(x, dim):
        everything()
        os._exit(0)
"""


def test_hostile_code_earns_what_it_deserves(root: Path) -> None:
    """It can neither write results nor end the grading of others."""
    before = {file: file.read_bytes() for file in (root / "source").rglob("*") if file.is_file()}

    def hostile(folder: Path) -> None:
        files(center=HOSTILE.format(root=str(root)))(folder)
        shutil.copy(MINI / "solutions" / "ch02_objects" / "shift.py", folder)

    done = run(root, hostile)
    assert done.code == 0
    assert done.score == pytest.approx(2.5)
    assert {file: file.read_bytes() for file in before} == before
    # Whatever was printed reaches nobody but the student and instructors.
    assert done.results is not None
    assert "score" not in done.results


def test_links_out_of_the_submission_are_not_followed(root: Path) -> None:
    """Neither to a file nor to a folder."""

    def linked(folder: Path) -> None:
        answers = MINI / "solutions"
        (folder / "center.py").symlink_to(answers / "ch01_values" / "center.py")
        (folder / "ch02_objects").symlink_to(answers / "ch02_objects")

    assert run(root, linked).score == 0


# --- what is not the student's doing


def test_a_broken_grader_gives_no_mark(mini: Course, tmp_path: Path) -> None:
    """No results.json, so that Gradescope reports a failure; the reason is for instructors."""
    root = unpack(make(tmp_path, mini, "center"), tmp_path)
    grader = root / "source" / "course" / "graders" / "ch01_values" / "test_center.py"
    grader.write_text("import nowhere\n")
    (root / "results" / "results.json").write_text('{"score": 1}')
    done = run(root, solutions)
    assert done.results is None
    assert done.code != 0
    assert "nowhere" in done.output
    assert "costs no marks" in done.output


def test_a_broken_engine_gives_no_mark(mini: Course, tmp_path: Path) -> None:
    """Not even with results of another run lying there."""
    root = unpack(make(tmp_path, mini, "center"), tmp_path)
    (root / "source" / "engine" / "torchgrade" / "session.py").write_text("1/0\n")
    (root / "results" / "results.json").write_text('{"score": 1}')
    done = run(root, solutions)
    assert (done.results, done.code != 0) == (None, True)
    assert "ZeroDivisionError" in done.output


def without_namespaces(root: Path) -> None:
    """As in a container that denies them: the jail does not hold."""
    linux = root / "source" / "engine" / "torchgrade" / "sandbox" / "linux.py"
    text = linux.read_text(encoding="utf-8")
    body = text.index("\n    ", text.index("def unshare("))
    denied = "\n    raise OSError(1, 'Operation not permitted')"
    linux.write_text(text[:body] + denied + text[body:], encoding="utf-8")


def test_a_weak_sandbox_gives_no_mark(mini: Course, tmp_path: Path) -> None:
    """Below the level that was asked for nothing runs; the output says what to do."""
    root = unpack(make(tmp_path, mini, "center", sandbox=Level.JAIL), tmp_path)
    without_namespaces(root)
    done = run(root, solutions)
    assert (done.results, done.code != 0) == (None, True)
    assert "insist on jail" in done.output
    assert "--sandbox" in done.output


def test_a_level_below_the_courses_is_recorded_and_said(mini: Course, tmp_path: Path) -> None:
    """In every result, and to instructors; graded all the same, as they have decided."""
    root = unpack(make(tmp_path, mini, "center", sandbox=Level.PROCESS), tmp_path)
    settings = root / "source" / "autograder.json"
    settings.write_text(
        settings.read_text().replace('"course_sandbox": "process"', '"course_sandbox": "jail"')
    )
    without_namespaces(root)
    done = run(root, solutions)
    assert done.results is not None, done.output
    extra = done.results["extra_data"]
    assert isinstance(extra, dict)
    assert extra["torchgrade"]["below_course_sandbox"] is True
    (level,) = extra["torchgrade"]["sandbox"]
    assert level in ("landlock", "process")
    assert f"Sandbox: {level}, which is below the course's level jail." in done.output


# --- setup.sh

STUB = """\
#!/bin/sh
echo "$(basename "$0") $*" >> "$LOG"
case "$1 $2" in
    "-m venv") mkdir -p "$3/bin" && cp "$0" "$3/bin/pip";;
esac
"""


def test_setup_installs_the_pinned_requirements(root: Path, tmp_path: Path) -> None:
    """With a Python that is new enough, into an environment of its own; and closes the source."""
    assert subprocess.run(["bash", "-n", root / "source" / "setup.sh"], check=False).returncode == 0
    log, programs = tmp_path / "log", tmp_path / "bin"
    programs.mkdir()
    for name in ("python3.13", "apt-get"):
        (programs / name).write_text(STUB)
        (programs / name).chmod(0o755)
    subprocess.run(
        ["bash", root / "source" / "setup.sh"],
        env={
            "PATH": f"{programs}:/usr/bin:/bin",
            "LOG": str(log),
            "TORCHGRADE_AUTOGRADER": str(root),
        },
        check=True,
    )
    lines = log.read_text().splitlines()
    assert f"python3.13 -m venv {root}/environment" in lines
    assert lines[-1].startswith("pip install ")
    assert lines[-1].endswith(f"-r {root}/source/requirements.txt")
    assert not any(line.startswith("apt-get") for line in lines)
    assert stat.S_IMODE((root / "source" / "course").stat().st_mode) & 0o077 == 0


def test_setup_fetches_python_where_it_is_too_old(root: Path, tmp_path: Path) -> None:
    """As on the Ubuntu 22.04 that Gradescope offers."""
    log, programs = tmp_path / "log", tmp_path / "bin"
    programs.mkdir()
    old = "#!/bin/sh\nexit 1\n"
    fetch = f"""\
#!/bin/sh
echo "apt-get $*" >> "$LOG"
case "$*" in
    *python3.12*) exit 100;;
    *python3.11*) cp "{tmp_path}/stub" "{programs}/python3.11"; chmod +x "{programs}/python3.11";;
esac
"""
    (tmp_path / "stub").write_text(STUB)
    for name, text in {"python3": old, "apt-get": fetch}.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    for name in ("bash", "basename", "mkdir", "cp", "chmod", "sh"):
        found = shutil.which(name)
        assert found is not None
        (programs / name).symlink_to(found)
    subprocess.run(
        ["bash", root / "source" / "setup.sh"],
        env={"PATH": str(programs), "LOG": str(log), "TORCHGRADE_AUTOGRADER": str(root)},
        check=True,
    )
    lines = log.read_text().splitlines()
    assert lines[0] == "apt-get update"
    assert "python3.12" in lines[1]
    assert "python3.11" in lines[2]
    assert lines[-1].startswith("pip install ")
