"""`course export` and `course gradescope build`, run as instructors run them, over a real store."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import cli
from tests.command import course as run_course
from tests.export.school import outcome
from torchgrade.course import Course, load
from torchgrade.graded import Graded
from torchgrade.intake.roster_csv import read_roster
from torchgrade.late import LatePolicy
from torchgrade.result import ExerciseResult, Status
from torchgrade.store import open_store
from torchgrade.store.gradebook import sync

PROJECT = Path(__file__).parents[2]
MINI = PROJECT / "tests" / "mini_course"

ROSTER = """\
id,name,email,lms_id,sis_id,login,section
ada,Ada Lovelace,ada@uni.edu,101,S-1,alovel,A
zhang,张三,zhang@uni.edu,102,S-2,zhang3,B
eve,=1+1,eve@uni.edu,103,S-3,eve,B
noid,No Ids,,,,,
"""
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Values (501),Total Current Score
    Points Possible,,,,,7.00,(read only)
"Lovelace, Ada",101,S-1,alovel,A,,50
"张, 三",102,S-2,zhang3,B,,
Eve,103,S-3,eve,B,,
"Student, Test",500,,abc,A,,
"""
MOODLE = """\
Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,\
Last modified (submission),Last modified (grade),Feedback comments
Participant 1,Ada Lovelace,ada@uni.edu,,,7.00,Yes,-,-,
Participant 2,张三,zhang@uni.edu,,,7.00,No,-,-,
"""


def results(course: Course) -> list[tuple[str, ExerciseResult]]:
    """Ada passes all of ch01 and half an exercise of ch02; Zhang fails; Eve is ungraded."""
    failed, ungraded = Status.FAILED, Status.UNGRADED
    made = {
        "ada": {
            "center": [outcome("test_a")],
            "moments": [outcome("test_a")],
            "shift": [outcome("test_a"), outcome("test_h", failed, hidden=True)],
        },
        "zhang": {
            "center": [outcome("test_a"), outcome("test_b", failed, message="<b>no</b>")],
            "moments": [outcome("test_a", failed)],
        },
        "eve": {"center": [outcome("test_a", ungraded)], "moments": [outcome("test_a")]},
        "noid": {"center": [outcome("test_a")], "moments": [outcome("test_a")]},
    }
    by_name = {exercise.name: exercise for exercise in course.exercises}
    return [
        (student, ExerciseResult(e.chapter, e.name, e.points, tuple(outcomes), "jail"))
        for student, exercises in made.items()
        for name, outcomes in exercises.items()
        for e in [by_name[name]]
    ]


@pytest.fixture(scope="module")
def class_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course that has been graded: with gradebook.db and roster.csv."""
    root = tmp_path_factory.mktemp("class") / "course"
    shutil.copytree(MINI, root)
    (root / "roster.csv").write_text(ROSTER, encoding="utf-8")
    course = load(root)
    handed_in = datetime(2026, 11, 2, tzinfo=UTC)
    graded = [
        Graded(
            student,
            result.key,
            f"{number:064x}",
            result,
            f"# {student}\n",
            f"{number:064x}",
            handed_in,
            f"{student}.py",
        )
        for number, (student, result) in enumerate(results(course))
    ]
    with open_store(root / "gradebook.db", course) as store:
        store.save(graded)
        policies = {chapter.name: LatePolicy() for chapter in course.chapters}
        sync(store, None, read_roster(root / "roster.csv"), policies)
    return root


@pytest.fixture
def here(class_folder: Path, tmp_path: Path) -> Path:
    """A folder to work in, with the sheets downloaded."""
    (tmp_path / "grades.csv").write_text(CANVAS, encoding="utf-8-sig")
    (tmp_path / "worksheet.csv").write_text(MOODLE, encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "submissions.zip", "w") as archive:
        for name in ("lovelaceada_101_9001_center.py", "zhang_102_9002_center.py"):
            archive.writestr(name, "work")
    return tmp_path


def course(
    command: str, *arguments: str, root: Path, cwd: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    bare = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "COLUMNS": "80"}
    words = (*command.split(), "--course", str(root), *arguments)
    return run_course(*words, cwd=cwd, environment={**bare, **environment})


def export(*arguments: str, root: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return course("export", *arguments, root=root, cwd=cwd)


def rows(file: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline="")))


def test_canvas(class_folder: Path, here: Path) -> None:
    """A sheet that uploads as it is, comments beside it, and a list of whom it leaves out."""
    done = export(
        *("canvas", "ch01", "--template", "grades.csv", "--out", "filled.csv"),
        *("--submissions", "submissions.zip", "--feedback", "feedback.zip"),
        root=class_folder,
        cwd=here,
    )
    assert (done.returncode, done.stdout) == (0, "Wrote 2 marks to filled.csv.\n")
    assert (here / "filled.csv").read_text("utf-8-sig") == CANVAS.replace(
        "alovel,A,,", "alovel,A,7,"
    ).replace("zhang3,B,,", "zhang3,B,2,")
    assert (here / "grades.csv").read_text("utf-8-sig") == CANVAS
    assert "eve is ungraded in ch01_values" in done.stderr
    assert "noid (No Ids) has no row in grades.csv" in done.stderr
    with zipfile.ZipFile(here / "feedback.zip") as archive:
        assert "zhang_102_9002_center.py" in archive.namelist()
        assert archive.read("zhang_102_9002_center.py").startswith(b"# center\n# ")


def test_moodle(class_folder: Path, here: Path) -> None:
    """The worksheet with grade and feedback; a locked row is listed."""
    done = export(
        *("moodle", "ch01", "--template", "worksheet.csv", "--out", "filled.csv"),
        root=class_folder,
        cwd=here,
    )
    assert (done.returncode, done.stdout) == (0, "Wrote 1 mark to filled.csv.\n")
    assert [row[4] for row in rows(here / "filled.csv")] == ["Grade", "7", ""]
    assert "zhang (row 3): Moodle doesn't let this grade be changed; left." in done.stderr


def test_csv(class_folder: Path, here: Path) -> None:
    """Long and wide; whoever did not hand in counts 0 where the gradebook says so."""
    for shape in ([], ["--wide"]):
        done = export("csv", *shape, "--out", "m.csv", root=class_folder, cwd=here)
        assert done.returncode == 0, done.stderr
        found = rows(here / "m.csv")
        assert found[0][:2] == ["student", "name"]
        assert ["eve", "'=1+1"] in [row[:2] for row in found]


def test_junit_json_and_gradescope(class_folder: Path, here: Path) -> None:
    """Every result of the exercises chosen, and of no other."""
    for name in ("junit", "json", "gradescope"):
        done = export(name, "ch01", "--out", f"out.{name}", root=class_folder, cwd=here)
        assert done.returncode == 0, done.stderr
    suites = ET.parse(here / "out.junit").getroot()
    assert len(suites) == 8
    assert not any("shift" in (suite.get("name") or "") for suite in suites)
    document = json.loads((here / "out.json").read_bytes())
    assert len(document["results"]) == 8
    assert [chapter["chapter"] for chapter in document["chapters"]] == ["ch01_values"]
    with zipfile.ZipFile(here / "out.gradescope") as archive:
        assert archive.namelist() == [
            f"{student}/results.json" for student in ("ada", "noid", "zhang")
        ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("moodle ch01 --out x.csv", "--template names none"),
        ("moodle --template worksheet.csv --out x.csv", "course export moodle ch01_values"),
        ("canvas ch01/center --out x.csv", "Choose the whole chapter: ch01_values"),
        ("canvas ch01 --template grades.csv --out grades.csv", "would be overwritten"),
        ("moodle ch01 --template worksheet.csv --out ./worksheet.csv", "would be overwritten"),
        ("csv --template grades.csv --out x.csv", "--template means nothing for csv"),
        ("canvas --scale --out x.csv", "--scale is about a sheet"),
        ("canvas ch01 --feedback f.zip --out x.csv", "both --submissions and --feedback"),
        ("canvas --assignment ch01 --out x.csv", "names no column"),
        ("canvas --assignment ch09=X --out x.csv", "ch09 is no chapter that is exported"),
        ("canvas ch02 --template grades.csv --out x.csv", "--assignment ch02_objects="),
        ("csv --db nowhere.db --out x.csv", "There is no database nowhere.db"),
        ("csv --out missing/x.csv", "missing/x.csv can't be written"),
        ("csv --db empty.db --out x.csv", "There are no marks of course in the database"),
        ("canvas ch01 --template none.csv --out x.csv", "none.csv can't be read"),
        ("canvas ch01 --template worksheet.csv --out x.csv", "not Canvas's gradebook"),
        ("canvas ch01 --roster none.csv --out x.csv", "none.csv"),
    ],
)
def test_wrong_use_is_told_with_the_remedy(
    arguments: str,
    told: str,
    class_folder: Path,
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """And writes nothing."""
    open_store(here / "empty.db", load(class_folder)).close()
    before = {file.name: file.read_bytes() for file in here.iterdir()}
    monkeypatch.chdir(here)
    monkeypatch.delenv("TORCHGRADE_DB", raising=False)
    argv = ["course", "--course", str(class_folder), "export", *arguments.split()]
    monkeypatch.setattr(sys, "argv", argv)
    assert cli.main() == 4
    assert told in capsys.readouterr().err
    after = {file.name: file.read_bytes() for file in here.iterdir()}
    assert {name: after[name] for name in before if name != "empty.db"} == {
        name: data for name, data in before.items() if name != "empty.db"
    }
    assert set(after) == set(before)


def test_it_speaks_chinese(class_folder: Path, here: Path) -> None:
    """The course's own titles do; and so will the messages."""
    done = export("canvas", "--lang", "zh", "--out", "n.csv", root=class_folder, cwd=here)
    assert done.returncode == 0, done.stderr
    assert rows(here / "n.csv")[0][5:] == ["数值", "对象"]


def test_help_shows_examples(class_folder: Path, here: Path) -> None:
    """Without loading anything."""
    done = export("--help", root=class_folder, cwd=here)
    assert done.returncode == 0
    assert "course export canvas ch03 --template grades.csv --out filled.csv" in done.stdout


def test_gradescope_build_says_how_to_set_it_up(class_folder: Path, here: Path) -> None:
    """Points and time limit, which Gradescope asks for."""
    done = course(
        "gradescope build", "ch01", "--out", "autograder.zip", root=class_folder, cwd=here
    )
    assert done.returncode == 0, done.stderr
    assert "autograder points: 7" in done.stdout
    assert "time limit: at least 2 minutes" in done.stdout
    with zipfile.ZipFile(here / "autograder.zip") as archive:
        assert "run_autograder" in archive.namelist()
        assert json.loads(archive.read("autograder.json"))["sandbox"] == "landlock"


def test_gradescope_build_has_no_secret_to_give(class_folder: Path, here: Path) -> None:
    """Asking for one that isn't there is told; without one, that inputs can be known is said."""
    arguments = ("gradescope build", "center", "--out", "a.zip")
    done = course(*arguments, "--with-secret", root=class_folder, cwd=here)
    assert done.returncode == 4
    assert "The course has no secret to include." in done.stderr
    done = course(*arguments, root=class_folder, cwd=here)
    assert "inputs are those that students see" in done.stdout


def test_the_courses_secret_goes_along_only_if_asked(class_folder: Path, here: Path) -> None:
    """In its place there is one that is made from it and leads nowhere."""
    name = "course/.torchgrade/secret"
    found = {}
    for option in ("", "--with-secret"):
        arguments = ("gradescope build", "center", "--out", "a.zip", *option.split())
        done = course(*arguments, root=class_folder, cwd=here, TORCHGRADE_SECRET="xyzzy")
        assert done.returncode == 0, done.stderr
        with zipfile.ZipFile(here / "a.zip") as archive:
            found[option] = archive.read(name)
            rest = [archive.read(other) for other in archive.namelist() if other != name]
        assert not any(b"xyzzy" in data for data in rest)
    assert found["--with-secret"] == b"xyzzy"
    assert len(found[""]) == 64
    assert b"xyzzy" not in found[""]
