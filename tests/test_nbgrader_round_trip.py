"""An assignment's whole way, by the commands that people type: built, released, answered,
handed in, graded, and back to the students as feedback.
"""

from __future__ import annotations

import csv
import html
import json
import os
import pwd
import re
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest

from tests.leaks import secrets_of, squeezed
from torchgrade.course import load

PROJECT: Final = Path(__file__).parents[1]
MINI: Final = Path(__file__).with_name("mini_course")
COURSE_ID: Final = "values101"
SECRET: Final = "the-secret-of-this-course-04821"
# Accounts that every Unix has.
IN_TIME, WRONG, LATE = STUDENTS = ("daemon", "bin", "mail")

RIGHT: Final = {e.name: e.solution.read_text() for e in load(MINI).select(["ch01"])}
ANSWERS: Final[Mapping[str, Mapping[str, str]]] = {
    IN_TIME: {**RIGHT, "written_center": "Because it broadcasts. (daemon's own words)"},
    WRONG: {
        "center": "def center(x, dim):\n    return x - x.sum() / x.numel()  # bin's own line\n",
        # Right wherever students can see it.
        "moments": RIGHT["moments"].replace("return (((", "x = x.float()\n    return ((("),
        "written_center": "It does not matter. (bin's own words)",
    },
    LATE: {"center": RIGHT["center"] + "\n# mail's own line\n"},
}


@dataclass(frozen=True)
class Person:
    """Somebody with a folder and a home of their own."""

    home: Path
    folder: Path
    account: Sequence[str] = ()
    """What makes a command run as their account; empty for the account of these tests."""

    def nbgrader(self, *words: str, fails: bool = False) -> str:
        return self.run("-m", "nbgrader", *words, fails=fails)

    def course(self, *words: str) -> str:
        return self.run(str(PROJECT / "cli.py"), *words)

    def run(self, *words: str, fails: bool = False) -> str:
        """Both outputs of a Python command, which has to succeed unless it ``fails``."""
        done = subprocess.run(
            [*self.account, sys.executable, *words],
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        assert (done.returncode != 0) == fails, done.stdout
        return done.stdout

    @property
    def _environment(self) -> Mapping[str, str]:
        return {
            # nbgrader calls alembic by name.
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "LC_ALL": "C.UTF-8",
            "HOME": str(self.home),
            "PYTHONPATH": os.pathsep.join([str(PROJECT), str(self.home / "less")]),
        }


@cache
def accounts() -> Mapping[str, Sequence[str]]:
    """How root runs commands as students' accounts; nothing for those who can't.

    Then one account plays all parts, and nbgrader tells students apart by what their configuration
    calls them. The capability is for reaching a Python in a home of root's; what students own and
    may write is their account's all the same.
    """
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        return {}
    found = {}
    for name in STUDENTS:
        known = pwd.getpwnam(name)
        may_read = ["--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"]
        ids = ["--reuid", str(known.pw_uid), "--regid", str(known.pw_gid), "--clear-groups"]
        found[name] = ["setpriv", *ids, *may_read]
        tried = [*found[name], sys.executable, "-c", "import pytest"]
        if subprocess.run(tried, capture_output=True, check=False).returncode != 0:
            return {}
    return found


class School:
    """A course, its instructor, its students, and the exchange between them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.material = shutil.copytree(MINI, root / "material")
        (self.material / ".torchgrade").mkdir()
        (self.material / ".torchgrade" / "secret").write_text(SECRET)
        self.edit("course.yml", "points: 4\n", "points: 4\n        written: 2\n")
        chapter = self.material / "exercises" / "ch01_values"
        (chapter / "center.written.md").write_text("## In words\n\nWhy keep the axis?\n")
        (chapter / "center.written.zh.md").write_text("## 说明\n\n为什么要保留这个维度？\n")
        self.exchange = root / "exchange"
        self.exchange.mkdir()
        self.exchange.chmod(0o777)
        self.instructor = self._person("instructor")
        self.classroom = self.instructor.folder / COURSE_ID
        self.students = {name: self._person(name) for name in STUDENTS}
        for name, student in self.students.items():
            own = [] if student.account else [f"c.CourseDirectory.student_id = {name!r}"]
            self._configure(student.folder, f"c.CourseDirectory.course_id = {COURSE_ID!r}", *own)

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.material / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    @property
    def teaching(self) -> Person:
        """The instructor in the folder of nbgrader's course."""
        return Person(self.instructor.home, self.classroom)

    def configure_classroom(self) -> None:
        """What the generated configuration leaves to the instructor."""
        text = (self.classroom / "nbgrader_config.py").read_text()
        line = next(line for line in text.splitlines() if "c.Exchange.root" in line)
        told = f"c.Exchange.root = {str(self.exchange)!r}"
        if not accounts():
            told += "\nc.ExchangeCollect.check_owner = False"
        (self.classroom / "nbgrader_config.py").write_text(text.replace(line, told))

    def in_parallel(self, names: Sequence[str], step: Any) -> Mapping[str, str]:
        with ThreadPoolExecutor(len(names)) as pool:
            told = pool.map(step, names, [self.students[name] for name in names])
            return dict(zip(names, told, strict=True))

    def released(self) -> Iterator[Path]:
        """All files that students can get at."""
        for folder in (self.exchange / COURSE_ID / "outbound", self.classroom / "release"):
            yield from (file for file in folder.rglob("*") if file.is_file())

    def feedback(self, name: str) -> str:
        """The page that a student has fetched."""
        [page] = (self.students[name].folder / "ch01" / "feedback").rglob("*.html")
        return page.read_text()

    def exported(self) -> Mapping[str, Mapping[str, str]]:
        """The rows of ``nbgrader export`` by student."""
        self.teaching.nbgrader("export")
        with (self.classroom / "grades.csv").open(newline="") as stream:
            return {row["student_id"]: row for row in csv.DictReader(stream)}

    def _person(self, name: str) -> Person:
        home = self.root / name
        folder = home / "work"
        folder.mkdir(parents=True)
        # A check of IRIs, of which notebooks have none, takes half of nbgrader's start.
        (home / "less").mkdir()
        (home / "less" / "rfc3987_syntax.py").write_text("raise ImportError\n")
        if name in accounts():
            known = pwd.getpwnam(name)
            for path in (home, folder):
                os.chown(path, known.pw_uid, known.pw_gid)
        return Person(home, folder, accounts().get(name, ()))

    def _configure(self, folder: Path, *lines: str) -> None:
        exchange = f"c.Exchange.root = {str(self.exchange)!r}"
        text = "\n".join(["c = get_config()", exchange, *lines])
        (folder / "nbgrader_config.py").write_text(text)


def write_answers(file: Path, answers: Mapping[str, str]) -> None:
    """What a student does to a notebook."""
    notebook = json.loads(file.read_text())
    for cell in notebook["cells"]:
        answer = answers.get(cell["metadata"]["nbgrader"]["grade_id"])
        if answer is not None:
            cell["source"] = answer
    file.write_text(json.dumps(notebook))


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """One that other accounts can reach, as pytest's can't be."""
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def released(folder: Path) -> School:
    """A school in which the instructor has released the chapter."""
    school = School(folder)
    material = ["--course", str(school.material)]
    school.instructor.course(*material, "notebook", "init", str(school.classroom))
    school.configure_classroom()
    school.instructor.course(*material, "notebook", "build", "ch01", "--dir", str(school.classroom))
    with ThreadPoolExecutor() as pool:
        validated = pool.submit(school.teaching.nbgrader, "validate", "source/ch01/ch01.ipynb")
        school.teaching.nbgrader("generate_assignment", "ch01")
        school.teaching.nbgrader("release_assignment", "ch01")
    assert "Success!" in validated.result()
    return school


@pytest.fixture(scope="module")
def handed_in(released: School) -> School:
    """Two have handed in when the time is up, and one does after that."""
    school = released

    def work(name: str, student: Person) -> str:
        assert f"{COURSE_ID} ch01" in student.nbgrader("list")
        student.nbgrader("fetch_assignment", "ch01")
        write_answers(student.folder / "ch01" / "ch01.ipynb", ANSWERS[name])
        return "" if name == LATE else student.nbgrader("validate", "ch01/ch01.ipynb")

    said = school.in_parallel(STUDENTS, work)
    assert "Success!" in said[IN_TIME]
    assert "VALIDATION FAILED ON 1 CELL(S)!" in said[WRONG]
    assert "This subtracts the mean of all elements" in said[WRONG]

    def submit(_: str, student: Person) -> str:
        return student.nbgrader("submit", "ch01")

    school.in_parallel([IN_TIME, WRONG], submit)
    due = datetime.now(UTC).isoformat()
    chapter = "  ch01_values:\n"
    school.edit("course.yml", chapter, f"{chapter}    due: {due}\n    late: {{per_day: 10 %}}\n")
    school.in_parallel([LATE], submit)
    return school


@pytest.fixture(scope="module")
def graded(handed_in: School) -> School:
    """Collected, graded, and what there is to say given back."""
    school = handed_in
    collected = school.teaching.nbgrader("collect", "ch01")
    assert "cheating" not in collected
    school.teaching.nbgrader("autograde", "ch01")
    give_back(school, STUDENTS)
    return school


def give_back(school: School, names: Sequence[str], *options: str) -> None:
    """Feedback for everybody, fetched by some."""
    school.teaching.nbgrader("generate_feedback", "ch01", *options)
    school.teaching.nbgrader("release_feedback", "ch01")

    def fetch(_: str, student: Person) -> str:
        return student.nbgrader("fetch_feedback", "ch01")

    school.in_parallel(names, fetch)


def test_nothing_released_tells_what_students_are_to_find_out(released: School) -> None:
    """No line of a model answer, a hidden test, a known mistake or another way; and not the secret:
    not in the notebook or its metadata, nor in the bundle or beside it."""
    files = dict(texts(released.released()))
    names = {name.rpartition("/ch01/")[2] for name in files if "!" not in name}
    assert names == {"ch01.ipynb", "ch01.bundle.zip"}
    hidden = [SECRET, "BEGIN SOLUTION", "HIDDEN TESTS", "score("]
    for exercise in load(released.material).select(["ch01"]):
        hidden += secrets_of(exercise)
    for line in map(squeezed, hidden):
        leaks = [name for name, text in files.items() if line in text]
        assert not leaks, f"{line} stands in {leaks}"
    assert any("raiseNotImplementedError" in text for text in files.values())


def texts(files: Iterator[Path]) -> Iterator[tuple[str, str]]:
    """All that is to be read in ``files``, without white space; what is packed, unpacked."""
    for file in files:
        data = file.read_bytes()
        yield str(file), squeezed(data.decode("latin-1"))
        if file.suffix == ".ipynb":
            yield f"{file}!", squeezed("\n".join(strings(json.loads(data))))
        if file.suffix == ".zip":
            with zipfile.ZipFile(file) as packed:
                for name in packed.namelist():
                    content = packed.read(name)
                    unpacked = zlib.decompress(content) if name.endswith(".recorded") else content
                    yield f"{file}!{name}", squeezed(unpacked.decode("latin-1"))


def strings(tree: object) -> Iterator[str]:
    """Every string in parsed JSON; lists of lines as one."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for key, value in tree.items():
            yield key
            yield from strings(value)
    elif isinstance(tree, list):
        if all(isinstance(each, str) for each in tree):
            yield "".join(tree)
        else:
            for each in tree:
                yield from strings(each)


def test_marks_arrive(graded: School) -> None:
    """Lateness is counted from the course's due date; a written part that a person has not seen
    has no points yet."""
    rows = graded.exported()
    columns = ("raw_score", "late_submission_penalty", "score", "max_score")
    told = {name: [float(row[column]) for column in columns] for name, row in rows.items()}
    assert told[IN_TIME] == [7.0, 0.0, 7.0, 9.0]
    assert told[WRONG] == [2.0, 0.0, 2.0, 9.0]
    assert told[LATE] == pytest.approx([4.0, 0.4, 3.6, 9.0])


def test_feedback_explains_and_keeps_what_is_hidden(graded: School) -> None:
    """Students read why, of hidden tests the title and the hint, and nothing of each other's."""
    for name in STUDENTS:
        check_feedback(graded, name)


def check_feedback(school: School, name: str) -> None:
    page = plain(school.feedback(name))
    assert {who for who in STUDENTS if f"{who}'s own" in page} == {name}
    own = squeezed("".join(ANSWERS[name].values()))
    for exercise in load(school.material).select(["ch01"]):
        for line in secrets_of(exercise):
            assert line in own or line not in squeezed(page), line
    explained = (
        "This subtracts the mean of all elements",
        "A sample far from zero",
        "Subtract the mean before you square.",
    )
    for sentence in explained if name == WRONG else ():
        assert sentence in page


def test_course_grade_in_place_of_autograde(graded: School) -> None:
    """Its notebooks, too, are such that nbgrader makes feedback of them and gives it back."""
    shutil.rmtree(graded.classroom / "autograded")
    shutil.rmtree(graded.students[WRONG].folder / "ch01" / "feedback")
    graded.teaching.course("--course", str(graded.material), "grade", "submitted", "ch01")
    give_back(graded, [WRONG], "--force")
    check_feedback(graded, WRONG)


def plain(page: str) -> str:
    """What is to be read on an HTML page."""
    return html.unescape(re.sub(r"<(script|style).*?</\1>|<[^>]*>", "", page, flags=re.DOTALL))
