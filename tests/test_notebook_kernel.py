"""What a notebook's cells show and give: in real kernels, and by nbgrader as it comes."""

# nbformat's functions have no types.
# mypy: allow-untyped-calls

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel

from tests.batch.classes import DOUBLE, HALF
from tests.grading import Task, write_course
from tests.nbgrader_classroom import Classroom
from torchgrade.notebook_cells import check_source, graded_exercise, graded_source
from torchgrade.notebook_kernel import guard
from torchgrade.notebook_kernel.answers import in_kernel
from torchgrade.notebook_kernel.language import spoken
from torchgrade.notebook_kernel.record import Record
from torchgrade.release import build_bundle
from torchgrade.submission import Source

# Its answer may take a second; what it writes to standard error is no one's fault.
LOOP = Task(
    """
    import sys
    print("a warning of a library's", file=sys.stderr)

    def test_it_ends(student):
        print("one more", file=sys.stderr)
        close(student.h(1), 1)
    """,
    solution="def h(x):\n    return x\n",
    name="loop",
    limits={"seconds": 1},
)
RIGHT = {
    "double": "def f(x):\n    return 2 * x\n",
    "half": "def g(x):\n    return x / 2\n",
    "loop": "def h(x):\n    return x\n",
}
SQUARED = "def f(x):\n    return x * x\n"
KILLS_THE_GRADER = "def f(x):\n    return 13 if x == 3 else 0\n"


@dataclass
class Shown:
    """What stands under a cell when it has run."""

    outputs: list[dict[str, Any]] = field(default_factory=list)

    @property
    def only(self) -> Mapping[str, str]:
        """By MIME type, of a cell that shows one thing and prints nothing."""
        (output,) = self.outputs
        data: Mapping[str, str] = output["data"]
        return data

    @property
    def text(self) -> str:
        return self.only["text/plain"]

    @property
    def mark(self) -> str:
        (result,) = [o["data"]["text/plain"] for o in self.outputs if "execution_count" in o]
        return str(result)


class Kernel:
    """A kernel in a folder, and a front end that tells which cell it runs, as JupyterLab does."""

    def __init__(self, folder: Path, environment: Mapping[str, str], *arguments: str) -> None:
        self.errors = folder.parent / "kernel.err"
        with self.errors.open("w") as errors:
            self._manager, self._client = start_new_kernel(
                cwd=str(folder),
                env=dict(environment),
                extra_arguments=list(arguments),
                stderr=errors,
            )

    def run(self, code: str, cell: str | None = None) -> Shown:
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        told = {} if cell is None else {"cellId": cell}
        request = self._client.session.msg("execute_request", content, metadata=told)
        self._client.shell_channel.send(request)
        shown, places = Shown(), dict[str, int]()
        while True:
            message = self._client.get_iopub_msg(timeout=120)
            if message["parent_header"].get("msg_id") != request["header"]["msg_id"]:
                continue
            content = message["content"]
            display = content.get("transient", {}).get("display_id")
            match message["msg_type"]:
                case "status" if content["execution_state"] == "idle":
                    return shown
                case "update_display_data":
                    shown.outputs[places[display]] = content
                case "display_data" | "execute_result" | "stream" | "error":
                    places[display] = len(shown.outputs)
                    shown.outputs.append(content)

    def check(self, name: str) -> Shown:
        return self.run(check_source(name), f"tg-check_{name}")

    def answer(self, name: str, source: str) -> None:
        """Run it in the answer cell."""
        self.run(source, f"tg-{name}")

    def close(self) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel()


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Classroom:
    """A classroom in which nbgrader autogrades with kernels; its assignment is released."""
    made = Classroom(tmp_path_factory.mktemp("class"), [DOUBLE, HALF, LOOP])
    config = made.folder / "nbgrader_config.py"
    config.write_text(config.read_text().replace('course")', 'course", kernels=True)'))
    made.build()
    bundle = made.notebook("source").with_name("ch01.bundle.zip")
    build_bundle(made.course, made.course.exercises, bundle)
    done = made.nbgrader("generate_assignment", "ch01")
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture(scope="module")
def desk(room: Classroom) -> Path:
    """A student's folder with the assignment, and nothing of the instructor's around it."""
    return Path(shutil.copytree(room.notebook("release").parent, room.root / "home" / "ch01"))


@pytest.fixture(scope="module")
def kernel(room: Classroom, desk: Path) -> Iterator[Kernel]:
    """A student's."""
    made = Kernel(desk, room.environment)
    made.run("%load_ext torchgrade.notebook", "tg-setup")
    yield made
    made.close()


def write_answers(path: Path, answers: Mapping[str, str]) -> None:
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        told = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
        cell.source = cell.source if told is None else told
    nbformat.write(notebook, path)


# --- check


def test_a_wrong_answer_is_explained(kernel: Kernel) -> None:
    """In place: HTML for the notebook, text for whatever shows no HTML, and nothing else."""
    kernel.answer("double", SQUARED)
    shown = kernel.check("double").only
    assert shown.keys() == {"text/html", "text/plain"}
    assert all("You squared it." in form for form in shown.values())
    assert "<details" in shown["text/html"]
    assert "failed" in shown["text/plain"]


def test_a_right_answer_passes(kernel: Kernel) -> None:
    """Whatever else stands in its cell that only a notebook understands."""
    kernel.answer("double", "%xmode Plain\n!true\n" + RIGHT["double"])
    shown = kernel.check("double").only
    assert "passed" in shown["text/plain"]
    # Which is not all that there will be.
    assert all("1 more test, worth 2 points, runs when" in form for form in shown.values())


def test_what_ran_last_in_the_answer_cell_counts(kernel: Kernel) -> None:
    """A cell that does not compile is an answer too; the one before it counts no more."""
    kernel.answer("half", RIGHT["half"])
    kernel.answer("half", "def g(x:\n    return x / 2\n")
    assert "not valid Python" in kernel.check("half").text


def test_a_change_that_has_not_run_is_told(kernel: Kernel, desk: Path) -> None:
    """What is checked is what ran, and who edited the cell since hears of it."""
    kernel.answer("double", RIGHT["double"])
    write_answers(desk / "ch01.ipynb", {"double": SQUARED})
    later = time.time() + 5
    os.utime(desk / "ch01.ipynb", (later, later))
    shown = kernel.check("double")
    assert "changed since" in shown.text and "changed since" in shown.only["text/html"]
    assert "passed" in shown.text


def test_an_answer_in_another_cell_is_checked_with_a_remark(kernel: Kernel) -> None:
    """It would not be handed in."""
    fresh = "def h(x):\n    return x\n"
    kernel.run(fresh, "scratch")
    shown = kernel.check("loop").text
    assert "another cell" in shown and "passed" in shown
    kernel.answer("loop", fresh)
    assert "another cell" not in kernel.check("loop").text
    kernel.run("def h(x):\n    return None\n", "scratch")
    shown = kernel.check("loop").text
    assert "Another cell" in shown and "passed" in shown


def test_answers_that_share_a_name_are_told_apart(tmp_path: Path) -> None:
    """Where the front end names cells, and where it doesn't, by how much of a stub they define."""
    course = write_course(tmp_path, [Task("", name="first"), Task("", name="second")])
    first, second = course.exercises
    for exercise, stub in ((first, "def f(): ...\ndef pad(): ...\n"), (second, "def pad(): ...\n")):
        exercise.stub.parent.mkdir(parents=True, exist_ok=True)
        exercise.stub.write_text(stub)
    both, one = "def pad():\n    pass\n\ndef f():\n    pass\n", "def pad():\n    return 1\n"
    for cells in (("tg-first", "tg-second"), (None, None)):
        record = Record()
        for cell, source in zip(cells, (both, one), strict=True):
            record.note(SimpleNamespace(raw_cell=source, cell_id=cell))
        found = in_kernel(record, first, tmp_path)
        assert isinstance(found.answer, Source) and found.answer.text == both
        assert found.remark is None


def test_errors_are_two_lines(kernel: Kernel, desk: Path) -> None:
    """The fact and the remedy, and no traceback: of a name, of the bundle, of no answer."""
    assert kernel.check("doubel").text.splitlines() == [
        "There is no exercise or chapter called doubel.",
        "Did you mean double?",
    ]
    bundle = desk / "ch01.bundle.zip"
    whole = bundle.read_bytes()
    try:
        bundle.write_bytes(whole[:1000])
        fact, _ = kernel.check("double").text.splitlines()
        assert "ch01.bundle.zip" in fact
        bundle.unlink()
        fact, remedy = kernel.check("double").text.splitlines()
        assert "*.bundle.zip" in fact and str(desk) in remedy
    finally:
        bundle.write_bytes(whole)
    kernel.answer("double", RIGHT["double"])
    assert "passed" in kernel.check("double").text


def test_a_kernel_without_the_extension_knows_its_own_history(room: Classroom, desk: Path) -> None:
    """Who skips the first cell, or whose front end names no cells, is served all the same."""
    made = Kernel(desk, room.environment)
    try:
        assert made.run(check_source("double")).text.startswith("No answer to `double` has run")
        made.run(SQUARED)
        assert "You squared it." in made.run(check_source("double")).text
        made.run("raise SystemError")
        made.run(RIGHT["double"])
        assert "passed" in made.run(check_source("double")).text
    finally:
        made.close()


@pytest.mark.parametrize(
    ("written", "language"), [("zh", "zh"), ("en", "en"), ("fr", "zh"), ([], "zh"), (None, "zh")]
)
def test_a_notebook_is_answered_in_its_own_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: object, language: str
) -> None:
    """The locale's counts where the notebook has none that the course knows."""
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    notebook = {"metadata": {"torchgrade": {"language": written}}}
    (tmp_path / "ch01.ipynb").write_text(json.dumps(notebook))
    (tmp_path / "another.ipynb").write_text("no notebook")
    assert spoken(tmp_path, ["en", "zh"], "ch01.ipynb") == language


def test_an_instructor_tries_a_graded_cell(room: Classroom, kernel: Kernel, desk: Path) -> None:
    """It says what it would say to nbgrader, with hidden tests, out of the points that it has."""
    write_answers(desk / "ch01.ipynb", {"double": SQUARED})
    variable = "os.environ['TORCHGRADE_COURSE']"
    kernel.run(f"import os\n{variable} = {str(room.course.root)!r}")
    try:
        shown = kernel.run(graded_source("double", 4.0))
        printed, _ = shown.outputs
        assert "You squared it." in printed["text"]
        assert shown.mark == "2.0"
    finally:
        kernel.run(f"del {variable}")


# --- nbgrader validate


def test_nbgrader_validate_tells_what_is_wrong(room: Classroom, desk: Path) -> None:
    """Of the cells that fail, and without a line of a traceback."""
    path = desk / "mine.ipynb"
    shutil.copy(room.notebook("release"), path)
    write_answers(path, {**RIGHT, "double": SQUARED})
    try:
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", "validate", path.name],
            cwd=desk,
            env=room.environment,
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
    finally:
        path.unlink()
    assert "VALIDATION FAILED ON 1 CELL(S)!" in done.stdout
    assert 'validate("double")' in done.stdout and 'validate("half")' not in done.stdout
    assert "You squared it." in done.stdout
    assert "Traceback" not in done.stdout and "AssertionError" not in done.stdout


def test_the_instructors_notebook_validates(room: Classroom) -> None:
    """With its hidden tests, which the whole course has."""
    done = room.nbgrader("validate", str(room.notebook("source")))
    assert "Success!" in done.stdout, done.stdout + done.stderr


# --- nbgrader autograde, with kernels

HOSTILE = (
    "!touch {proof}",
    "%%bash\ntouch {proof}",
    "import os\nos._exit(1)",
    "while True:\n    pass",
    "def broken(:",
    "import sys\nprint('a warning', file=sys.stderr)",
    "print('9.0')\n9.0",
    "import torchgrade.notebook\ntorchgrade.notebook.score = lambda *_: 1.0",
    graded_source("double", 1.0) + "\n9.0",
)
ENDLESS = "import os\nos.system('touch {proof}')\n\ndef h(x):\n    while True:\n        pass\n"


def test_marks_are_those_of_course_grade(room: Classroom, tmp_path: Path) -> None:
    """Of hostile cells none runs, and what an answer does to its process costs no other answer.

    An answer that no grader survives leaves that submission without marks: nbgrader lists it,
    and grades the rest.
    """
    proof = tmp_path / "proof"
    answers = {
        "double": SQUARED,
        "half": RIGHT["half"] + "\nimport sys\nprint('2.0')\nsys.stderr.write('2.0')\n",
        "loop": ENDLESS.format(proof=proof),
    }
    path = room.hand_in("eve", **answers)
    notebook = nbformat.read(path, as_version=4)
    twice = [source.format(proof=proof) for source in HOSTILE * 2]
    first, *extra = [nbformat.v4.new_code_cell(source) for source in twice]
    notebook.cells = [first, *notebook.cells, *extra]
    nbformat.write(notebook, path)
    for name in ("torchgrade.py", "torch.py", "ipykernel_launcher.py", "runpy.py"):
        path.with_name(name).write_text(f"open({str(proof)!r}, 'w')\n")
    room.hand_in("mallory", **{**RIGHT, "double": KILLS_THE_GRADER})
    done = room.nbgrader("autograde", "ch01")

    marks = room.marks()
    assert not proof.exists()
    told = {cell: mark for (student, cell), (mark, *_) in marks.items() if student == "eve"}
    assert told == {"test_double": 2.0, "test_half": 2.0, "test_loop": 0.0}

    assert done.returncode == 1
    assert "mallory/ch01: double can't be graded" in done.stderr
    assert "There was an error processing assignment 'ch01' for student 'mallory'" in done.stderr
    assert "'eve'" not in done.stderr.split("There was an error processing", 1)[1]
    assert not room.notebook("autograded/mallory").exists()
    assert {mark for (who, _), (mark, *_) in marks.items() if who == "mallory"} == {None}

    graded = nbformat.read(room.notebook("autograded/eve"), as_version=4)
    outputs = [output for cell in graded.cells for output in cell.get("outputs", ())]
    assert {output.get("name", output.output_type) for output in outputs} == {
        "stdout",
        "execute_result",
    }
    printed = "".join(output.get("text", "") for output in outputs)
    assert "You squared it." in printed

    shutil.rmtree(path.parents[2] / "mallory")
    others = room.marks(room.course_grade())
    theirs = {cell: mark for (who, cell), (mark, *_) in others.items() if who == "eve"}
    assert told == theirs


def test_nbgrader_as_it_comes_gives_the_same_marks(room: Classroom) -> None:
    """Nothing is configured: the environment alone says where the course is."""
    config = room.folder / "nbgrader_config.py"
    configured = config.read_text()
    config.write_text(
        "import os\n"
        "c = get_config()\n"
        'c.CourseDirectory.course_id = "course"\n'
        f"os.environ['TORCHGRADE_COURSE'] = {str(room.course.root)!r}\n"
    )
    path = room.hand_in("grace", double=SQUARED, half=RIGHT["half"], loop="def h(x):\n    1 / 0\n")
    try:
        done = room.nbgrader("autograde", "ch01", "--student", "grace")
    finally:
        config.write_text(configured)
        shutil.rmtree(path.parents[1])
    assert done.returncode == 0, done.stderr
    told = {cell: mark for (who, cell), (mark, *_) in room.marks().items() if who == "grace"}
    assert told == {"test_double": 2.0, "test_half": 2.0, "test_loop": 0.0}


def test_in_an_autograding_kernel_only_graded_cells_run(room: Classroom) -> None:
    """Also where nothing but the notebook's first cell loads the guard."""
    path = room.hand_in("frank", **{**RIGHT, "loop": ENDLESS.format(proof="nowhere")})
    folder = Path(shutil.copytree(path.parent, room.root / "apart" / "autograded/frank/ch01"))
    shutil.copytree(path.parent, room.root / "apart" / "submitted/frank/ch01")
    (folder / "ch01.ipynb").write_text("what nbgrader made of it")
    settings = {
        **room.environment,
        "NBGRADER_EXECUTION": "autograde",
        "TORCHGRADE_COURSE": str(room.course.root),
        guard.CELL_SECONDS: "0",
    }
    made = Kernel(folder, settings)
    try:
        assert not made.run("%load_ext torchgrade.notebook").outputs
        for source in HOSTILE:
            assert not made.run(source.format(proof=folder / "proof")).outputs
        # Its answer takes longer than nbgrader waits: nothing that could be taken for a mark.
        assert made.run(graded_source("loop", 1.0)).mark == "inf"
    finally:
        made.close()
    assert not (folder / "proof").exists()
    assert "c.Execute.timeout" in made.errors.read_text()
    shutil.rmtree(path.parents[1])


@pytest.mark.parametrize("points", [1, 9.0, 2.5, 1e-3, 1e9, 1e20])
def test_a_graded_cell_is_recognised_to_the_letter(points: float) -> None:
    """One more character, and it is a student's."""
    source = graded_source("gather", points)
    assert graded_exercise(source) == graded_exercise(source + "\n") == "gather"
    assert graded_exercise(source + "\nprint()") is None
    assert graded_exercise("%%bash\n" + source) is None
    assert graded_exercise(source.replace("9", "8; print(1)")) in (None, "gather")
    assert graded_exercise(source.replace('"gather"', '"gather" or print()', 1)) is None
