"""The student bundle: the same feedback for visible tests, and nothing that gives answers away."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import torch

from tests.grading import Engine, Task, kinds, outcome, statuses, write_course
from tests.leaks import secrets_of, squeezed
from tests.ten_exercises import PROJECT
from torchgrade.authoring import Misconception
from torchgrade.course import Course, Exercise, load
from torchgrade.diagnosis import Behaviour
from torchgrade.errors import UserError
from torchgrade.release import open_bundle
from torchgrade.release.build import Built, build
from torchgrade.release.bundle import MARKER, BundleError, manifest_of, recorded_file
from torchgrade.release.folder import release
from torchgrade.release.recording import Recording, RecordingError, Request, read_recording
from torchgrade.release.visible import strip
from torchgrade.result import ExerciseResult, Failure, Kind, Status
from torchgrade.sandbox.wire import FunctionSource
from torchgrade.session import Grader, Options, Subject, grade
from torchgrade.submission import read_file
from torchgrade.text import text
from torchgrade.trial import Record

SECRET = b"not-for-students-9d1f"
UNLIKE = ("gather", "reverse_mode", "detach_semantics", "early_stopping", "nn_module")
"""Exercises that differ in what crosses the wall: tensors, objects, memory and gradients, training,
and modules."""
MISCONCEPTIONS = 2
"""Of each exercise, to compare explanations of; there are some 25 of each."""


def released(
    engine: Engine, course: Course, folder: Path, exercises: Sequence[Exercise] | None = None
) -> tuple[Course, Built]:
    """The bundle of ``exercises``, unpacked."""
    built = build(
        course, exercises or course.exercises, folder / "bundle.zip", server=engine.server
    )
    return open_bundle(folder / "bundle.zip", folder / "bundle"), built


def contents(folder: Path) -> Mapping[str, bytes]:
    """All files below ``folder``; of recordings what they unpack to."""
    found = {}
    for file in folder.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            name = file.relative_to(folder).as_posix()
            found[name] = zlib.decompress(data) if file.suffix == ".recorded" else data
    return found


# --- the course's own exercises


def compared(exercise: Exercise, grader: Grader) -> Sequence[Subject]:
    """Answers whose feedback is compared: right, not begun, and wrong in several ways."""
    model = read_file(exercise.solution, exercise.solution.parent)
    example = PROJECT / "examples" / "answers" / exercise.chapter / f"{exercise.name}.py"
    step = max(1, len(grader.misconceptions) // MISCONCEPTIONS)
    return [
        Subject("model answer", model),
        Subject("stub", read_file(exercise.stub, exercise.stub.parent)),
        Subject("example", read_file(example, example.parent)),
        *(Subject(m.name, model, m) for m in grader.misconceptions[::step][:MISCONCEPTIONS]),
    ]


_OF_TIMED = (Kind.NOT_TIMED, Kind.NOT_ASSESSED)


def told(result: ExerciseResult) -> Mapping[str, object]:
    """What a student reads of visible tests; whether a timed one is run hangs on hidden ones."""
    return {
        o.test: (o.status, o.title, o.failure, o.misconception, o.explanation)
        for o in result.outcomes
        if not o.hidden and (o.failure is None or o.failure.kind not in _OF_TIMED)
    }


@pytest.mark.parametrize("name", UNLIKE)
def test_a_bundle_tells_what_the_course_tells_of_visible_tests(
    engine: Engine, ten: Course, tmp_path: Path, name: str
) -> None:
    """Verdict, difference, and the explanation that names the mistake; and it holds no line of what
    is not for students."""
    (exercise,) = ten.select([name])
    bundle, built = released(engine, ten, tmp_path, [exercise])
    assert built.left_out == ()
    graders: list[Grader] = []
    results: dict[str, list[ExerciseResult]] = {}

    def subjects(_: Exercise, grader: Grader) -> Sequence[Subject]:
        graders.append(grader)
        return compared(exercise, graders[0])

    def emit(subject: Subject, result: ExerciseResult) -> None:
        results.setdefault(subject.name, []).append(result)

    for course, chosen in ((ten, exercise), (bundle, bundle.exercises[0])):
        engine.server = grade(course, [chosen], subjects, Options(), emit, engine.server)
    for answer, (whole, visible) in results.items():
        assert told(whole) == told(visible), answer
        assert not any(o.hidden for o in visible.outcomes)
    assert any(o.explanation for _, result in results.values() for o in result.outcomes)
    files = {name: squeezed(data.decode("latin-1")) for name, data in contents(bundle.root).items()}
    for line in secrets_of(exercise):
        written = line.encode().decode("latin-1")
        escaped = json.dumps(line)[1:-1]
        leaks = [name for name, data in files.items() if written in data or escaped in data]
        assert not leaks, f"{line} stands in {leaks}"


# --- small courses

GRADER = """
    @misconception("f", "It was added where it is to be multiplied.", zh="应当相乘，这里却相加了。")
    def added(x):
        return x + 2

    @alternative("f")
    def by_addition(x):
        return x + x

    def inputs(rand):
        return rand(4)

    def unseen(rand):
        return rand(6)

    @title("Doubled")
    def test_doubled(student, rand):
        x = inputs(rand)
        close(student.f(x), 2 * x)

    @title("As the model answer")
    @points(2)
    def test_model(student, rand, reference):
        x = rand(3)
        close(student.f(x), reference.f(x))

    @title("Larger numbers")
    @points(3)
    @hidden("Try a hundred.")
    def test_large(student, rand, reference):
        x = unseen(rand)
        close(student.f(x + 100), reference.f(x + 100))
"""
RIGHT = "def f(x):\n    return x * 2\n"
WRONG = "def f(x):\n    return x + 2\n"
STUB = "def f(x):\n    raise NotImplementedError\n"


def small(root: Path, *tasks: Task) -> Course:
    """A course with stubs as well, and with a secret."""
    course = write_course(root, tasks or [Task(GRADER, points=6)])
    for exercise in course.exercises:
        exercise.stub.parent.mkdir(parents=True, exist_ok=True)
        exercise.stub.write_text(STUB)
        exercise.statement("en").write_text("# Double\n")
    (root / ".torchgrade").mkdir(exist_ok=True)
    (root / ".torchgrade" / "secret").write_bytes(SECRET)
    return course


def test_hidden_tests_leave_their_number_and_points_only(engine: Engine, tmp_path: Path) -> None:
    """A student knows what the visible tests are worth, and how much is still to come."""
    bundle, _ = released(engine, small(tmp_path), tmp_path)
    result = engine.grade(bundle, {"student": RIGHT})["student", "task"]
    assert statuses(result) == {"test_doubled": Status.PASSED, "test_model": Status.PASSED}
    assert (result.score.earned, result.points) == (3.0, 3.0)
    manifest = manifest_of(bundle.root)
    assert manifest is not None
    later = manifest.later["ch01_tasks/task"]
    assert (later.tests, later.points) == (1, 3.0)
    everything = b"\n".join(contents(bundle.root).values())
    for word in (b"unseen", b"test_large", b"Larger numbers", b"Try a hundred", b"by_addition"):
        assert word not in everything


def test_neither_the_secret_nor_what_comes_of_it_is_in_a_bundle(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a secret or without, in the course or in the environment: the same bytes."""
    course = small(tmp_path)
    build(course, course.exercises, tmp_path / "one.zip", server=engine.server)
    monkeypatch.setenv("TORCHGRADE_SECRET", "another")
    build(course, course.exercises, tmp_path / "two.zip", server=engine.server)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    bundle = open_bundle(tmp_path / "one.zip", tmp_path / "bundle")
    assert not any(SECRET in data for data in contents(bundle.root).values())


def test_a_secret_changes_nothing_in_a_bundle(engine: Engine, tmp_path: Path) -> None:
    """What was recorded holds for one set of inputs, so that no other is ever used."""
    bundle, _ = released(engine, small(tmp_path), tmp_path)
    seen = [
        engine.grade(bundle, {"student": WRONG}, Options(secret=secret))["student", "task"]
        for secret in (b"", SECRET)
    ]
    assert told(seen[0]) == told(seen[1])
    assert outcome(seen[0], "test_doubled").misconception == "added"
    assert outcome(seen[0], "test_model").explanation is not None


FED_BACK = """
    @title("Twice")
    def test_twice(student, rand, reference):
        x = rand(3)
        close(student.f(student.f(x)), reference.f(student.f(x)))

    @title("Once")
    def test_once(student, rand):
        x = rand(3)
        close(student.f(x), 2 * x)
"""

ANY_ORDER = """
    @title("In any order")
    def test_order(student, rand, reference):
        x = student.g(rand(3))
        close(student.f(x), reference.f(x))

    @alternative("g")
    def other_order(x):
        return x.sort(descending=True).values
"""


def test_what_was_not_recorded_is_no_failure(engine: Engine, tmp_path: Path) -> None:
    """A student's own output can't be given to a model answer that is not there, unless it is the
    model answer's but for rounding."""
    bundle, built = released(engine, small(tmp_path, Task(FED_BACK)), tmp_path)
    assert built.left_out == ()
    rounded = "def f(x):\n    return (x.double() * 1.9999999).float()\n"
    results = engine.grade(bundle, {"right": RIGHT, "rounded": rounded, "wrong": WRONG})
    assert results["right", "task"].passed
    assert results["rounded", "task"].passed
    wrong = results["wrong", "task"]
    assert kinds(wrong) == {"test_twice": Kind.UNRECORDED, "test_once": Kind.VALUE}
    assert outcome(wrong, "test_twice").status is Status.UNGRADED


def test_a_test_without_the_same_verdict_is_left_out(engine: Engine, tmp_path: Path) -> None:
    """What may come in any order can't be asked of a model answer that is not there."""
    task = Task(FED_BACK + ANY_ORDER, RIGHT + "def g(x):\n    return x.sort().values\n")
    bundle, built = released(engine, small(tmp_path, task), tmp_path)
    assert [left.test for left in built.left_out] == ["test_order"]
    assert "ungraded in a bundle" in built.left_out[0].reason
    result = engine.grade(bundle, {"student": RIGHT})["student", "task"]
    assert statuses(result) == {"test_twice": Status.PASSED, "test_once": Status.PASSED}
    manifest = manifest_of(bundle.root)
    assert manifest is not None and manifest.later["ch01_tasks/task"].tests == 1


def test_a_course_without_a_visible_test_is_not_released(engine: Engine, tmp_path: Path) -> None:
    """There would be nothing to check with."""
    task = Task(
        """
        @hidden("Secret")
        def test_f(student):
            close(student.f(1), 2)
        """
    )
    with pytest.raises(UserError, match="no visible test"):
        released(engine, small(tmp_path, task), tmp_path)


def test_a_course_whose_own_answer_fails_to_run_is_not_released(
    engine: Engine, tmp_path: Path
) -> None:
    """The author is told which test, and what went wrong in it."""
    task = Task(
        """
        def test_f(student):
            close(student.f(1), unknown)
        """
    )
    with pytest.raises(UserError, match=r"test_f could not be run on the model answer.*unknown"):
        released(engine, small(tmp_path, task), tmp_path)


def test_an_answer_in_place_of_a_stub_is_not_released(engine: Engine, tmp_path: Path) -> None:
    """An author who tried the exercise where it lies would hand out a solution."""
    course = small(tmp_path)
    course.exercises[0].stub.write_text(RIGHT)
    with pytest.raises(UserError, match="passes test_doubled, so it is not released"):
        released(engine, course, tmp_path)


def test_a_course_with_a_gap_is_not_released(engine: Engine, tmp_path: Path) -> None:
    """The file that is missing is named."""
    course = small(tmp_path)
    course.exercises[0].solution.unlink()
    with pytest.raises(UserError, match=r"solutions/ch01_tasks/task\.py is missing"):
        released(engine, course, tmp_path)


LARGE = """
    @misconception("f", "Added.")
    def added(x):
        return x + 2

    @title("Large")
    def test_large(student, rand):
        x = rand(1_500_000)
        close(student.f(x), 2 * x)

    @title("Small")
    def test_small(student, rand):
        x = rand(3)
        close(student.f(x), 2 * x)
"""


def test_what_is_too_large_to_record_costs_an_explanation_only(
    engine: Engine, tmp_path: Path
) -> None:
    """The test stays in the bundle; the author is told."""
    bundle, built = released(engine, small(tmp_path, Task(LARGE)), tmp_path)
    assert [left.test for left in built.unexplained] == ["test_large"]
    assert recorded_file(bundle.exercises[0]).stat().st_size < 1 << 20
    result = engine.grade(bundle, {"student": WRONG})["student", "task"]
    assert set(statuses(result).values()) == {Status.FAILED}
    explained = [o.test for o in result.outcomes if o.explanation is not None]
    assert explained == ["test_small"]


# --- as a folder


def test_a_folder_is_brought_up_to_date_around_what_was_edited(
    engine: Engine, tmp_path: Path
) -> None:
    """Untouched stubs become the new ones; an answer stays, and reset would give the new stub."""
    tasks = [Task(GRADER, name="one"), Task(GRADER, name="two")]
    course = small(tmp_path / "course", *tasks)
    folder = tmp_path / "students"
    assert release(course, course.exercises, folder, server=engine.server).kept == ()
    bundle = load(folder)
    one, two = bundle.exercises
    one.stub.write_text(RIGHT)
    for exercise in course.exercises:
        exercise.stub.write_text("# New\n" + STUB)
    released = release(course, course.exercises, folder, server=engine.server)
    assert released.kept == (one.stub,)
    assert one.stub.read_text() == RIGHT
    assert two.stub.read_text() == "# New\n" + STUB
    handed_out = folder / ".torchgrade" / "stubs" / one.chapter / "one.py"
    assert handed_out.read_text() == "# New\n" + STUB


def test_only_a_bundle_is_written_over(tmp_path: Path) -> None:
    """A folder with anything else in it stays as it is, the course's own above all."""
    course = small(tmp_path / "course")
    other = tmp_path / "other"
    other.mkdir()
    (other / "notes.txt").write_text("mine")
    for folder in (course.root, other, other / "notes.txt"):
        with pytest.raises(UserError, match="no student bundle"):
            release(course, course.exercises, folder)
    assert [file.name for file in other.iterdir()] == ["notes.txt"]


def command(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(PROJECT / "cli.py"), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LANG": "C.UTF-8", "COLUMNS": "100", **environment},
    )


def test_the_commands_of_students_work_in_a_bundle(tmp_path: Path) -> None:
    """From `course release` to list, show, hint, check and reset; those of instructors refuse."""
    course = small(tmp_path / "course")
    folder = tmp_path / "students"
    done = command("release", folder, "--course", course.root)
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 exercise released" in done.stdout
    (stub,) = (exercise.stub for exercise in load(folder).exercises)
    stub.write_text(WRONG)
    checked = command("check", "--course", folder, TORCHGRADE_SECRET="other")
    assert checked.returncode == 1
    assert "It was added where it is to be multiplied." in checked.stdout
    assert "0 of 3 points" in checked.stdout
    assert "1 more test, worth 3 points, runs when answers are graded." in checked.stdout
    for line in ("list", "show task", "hint task", "reset task --yes"):
        assert command(*line.split(), "--course", folder).returncode == 0, line
    assert stub.read_text() == STUB
    for line in ("grade .", "audit", "regrade", "release other", "new ch01/other"):
        refused = command(*line.split(), "--course", folder)
        assert refused.returncode == 4, line
        assert "is a student bundle" in refused.stderr


# --- opening what somebody else may have made


def members(**changes: bytes) -> dict[str, bytes]:
    """A small bundle, as names and contents; ``changes`` are made to course.yml and the marker."""
    description = {
        "format": 1,
        "title": {"en": "T"},
        "languages": ["en"],
        "chapters": {"ch01_a": {"title": {"en": "A"}, "exercises": {"f": {"points": 1}}}},
    }
    marker = {"format": 1, "course": "0" * 64, "later": {}}
    found = {"course.yml": json.dumps(description).encode(), MARKER: json.dumps(marker).encode()}
    return {**found, "exercises/ch01_a/f.py": STUB.encode(), **changes}


def zipped(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def test_a_bundle_opens_where_it_is_told_to(tmp_path: Path) -> None:
    """A zip is unpacked to a new or empty folder; a folder is used where it lies."""
    file = zipped(tmp_path / "b.zip", members())
    (tmp_path / "empty").mkdir()
    for into in (tmp_path / "new" / "folder", tmp_path / "empty"):
        assert open_bundle(file, into).root == into
    assert open_bundle(tmp_path / "empty", tmp_path / "unused").root == tmp_path / "empty"
    assert not (tmp_path / "unused").exists()


@pytest.mark.parametrize(
    "name",
    [
        *(
            "../evil.py",
            "/tmp/evil.py",
            "exercises/../../evil.py",
            "exercises/ch01_a/../../../e.py",
        ),
        *("exercises\\..\\..\\evil.py", "C:/evil.py", "evil.py", "solutions/ch01_a/f.py"),
        *(".torchgrade/secret", "exercises/ch01_a/.hidden", "exercises/ch01_a/con.py"),
        *("exercises/ch01_a/deeper/f.py", "exercises/ch01_a/f\N{ROMAN NUMERAL ONE}.py"),
        "graders/conftest.py",
    ],
)
def test_a_name_that_no_bundle_has_is_refused(tmp_path: Path, name: str) -> None:
    """Nothing is written, neither there nor elsewhere."""
    file = zipped(tmp_path / "b.zip", {**members(), name: b"evil"})
    with pytest.raises(BundleError, match="nothing was unpacked"):
        open_bundle(file, tmp_path / "into" / "bundle")
    assert [entry.name for entry in tmp_path.iterdir()] == ["b.zip"]


def test_a_link_in_a_bundle_is_refused(tmp_path: Path) -> None:
    """It could lead anywhere."""
    file = zipped(tmp_path / "b.zip", members())
    link = zipfile.ZipInfo("exercises/ch01_a/link.py")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(BundleError, match="nothing was unpacked"):
        open_bundle(file, tmp_path / "bundle")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_twice_is_refused(tmp_path: Path) -> None:
    """What was looked at must be what is written."""
    file = zipped(tmp_path / "b.zip", members())
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("course.yml", b"other")
    with pytest.raises(BundleError, match="nothing was unpacked"):
        open_bundle(file, tmp_path / "bundle")


def marker(**changes: object) -> bytes:
    return json.dumps({"format": 1, "course": "", "later": {}, **changes}).encode()


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"course.yml": b"format: 1"}, "no student bundle"),
        (members(**{MARKER: marker(format=2)}), "newer torchgrade"),
        (members(**{MARKER: b"{}"}), "damaged"),
        (members(**{MARKER: b"[" * 100_000}), "damaged"),
        (members(**{MARKER: marker(later={"a": "b"})}), "damaged"),
        (members(**{"course.yml": b"title: [}"}), "damaged"),
        (members(**{MARKER: marker() + b" " * (2 << 20)}), "damaged"),
    ],
)
def test_what_is_no_bundle_is_told_so(
    tmp_path: Path, files: Mapping[str, bytes], told: str
) -> None:
    """One sentence, and what to do."""
    with pytest.raises(BundleError, match=told):
        open_bundle(zipped(tmp_path / "b.zip", files), tmp_path / "bundle")


def test_files_that_are_no_bundle_are_told_so(tmp_path: Path) -> None:
    """Nothing there, no zip, half a zip, a folder of other things."""
    half = zipped(tmp_path / "half.zip", members())
    half.write_bytes(half.read_bytes()[:-40])
    (tmp_path / "text.zip").write_text("text")
    for name in ("half.zip", "text.zip", "missing.zip", "."):
        with pytest.raises(BundleError):
            open_bundle(tmp_path / name, tmp_path / "bundle")
    assert not (tmp_path / "bundle").exists()


# --- recordings


def recording(value: object) -> Recording:
    failure = Failure(
        Kind.RAISED, details={"type": "ValueError", "message": "secret line", "frames": 3}
    )
    records = (Record("f", (), {}, value=value), Record("f", (), {}, failure=failure))

    def added() -> None: ...

    return Recording(
        2.5,
        {"f": ["x"]},
        (Misconception("f", text("Why", zh="为什么"), added),),
        {("model answer", "test_f[1]"): Behaviour(records, False)},
        (Request("f", None, ((value,), {"n": FunctionSource("g", "def g(): ...")}), value),),
    )


def test_a_recording_comes_back_as_it_was(tmp_path: Path) -> None:
    """Every kind of value that crosses the wall, and of failures what diagnosis looks at."""
    value = {
        "tensors": [torch.tensor([1.5, float("nan")]), torch.eye(3, dtype=torch.bool)],
        "nested": ((1, 2.5, None), True, "text", 2 + 1j, torch.Size([2, 3]), torch.float16, b"x"),
    }
    file = tmp_path / "f.recorded"
    file.write_bytes(recording(value).packed())
    found = read_recording(file)
    assert (found.points, found.parameters) == (2.5, {"f": ["x"]})
    (misconception,) = found.misconceptions
    assert (misconception.name, misconception.target) == ("added", "f")
    assert misconception.explanation == text("Why", zh="为什么")
    behaviour = found.behaviours["model answer", "test_f[1]"]
    (returned, raised), (request,) = behaviour.records, found.told
    assert repr(returned.value) == repr(request.value) == repr(value)
    assert request.key() == recording(value).told[0].key()
    assert raised.failure == Failure(Kind.RAISED, details={"type": "ValueError"})
    assert b"secret line" not in zlib.decompress(file.read_bytes())


def test_a_damaged_recording_is_refused(tmp_path: Path) -> None:
    """Cut short, changed, of another format, a bomb, or missing: an error of one kind."""
    whole = zlib.decompress(recording([1.0]).packed())
    files = [
        zlib.compress(whole)[:-5],
        zlib.compress(whole[:-3]),
        zlib.compress(whole.replace(b'"format":1', b'"format":9')),
        zlib.compress(whole.replace(b'"told":[[', b'"told":[[[')),
        zlib.compress(whole.replace(b'"behaviours":[[', b'"behaviours":7,"x":[[')),
        zlib.compress(bytes(97 << 20)),
        b"text",
        b"",
    ]
    for number, data in enumerate(files):
        file = tmp_path / f"{number}.recorded"
        file.write_bytes(data)
        with pytest.raises(RecordingError):
            read_recording(file)
    with pytest.raises(RecordingError):
        read_recording(tmp_path / "missing.recorded")


def test_an_edited_bundle_ends_in_an_explanation(engine: Engine, tmp_path: Path) -> None:
    """Whoever damages a recording can't check, and is told that it is no fault of the answer."""
    bundle, _ = released(engine, small(tmp_path), tmp_path)
    (exercise,) = bundle.exercises
    recorded_file(exercise).write_bytes(b"damaged")
    result = engine.grade(bundle, {"student": RIGHT})["student", "task"]
    assert result.ungraded
    assert kinds(result) == {"collection": Kind.AUTHOR}
    shutil.rmtree(recorded_file(exercise).parent)
    assert engine.grade(bundle, {"student": RIGHT})["student", "task"].ungraded


# --- graders


def test_a_grader_keeps_what_its_visible_tests_lead_to() -> None:
    """Helpers of helpers, fixtures by parameter, by usefixtures and for all, and what acts on
    import; as it was written."""
    source = '''\
"""The formula is J = p - p p^T."""

from __future__ import annotations

import math
import os, sys
from itertools import count, pairwise

import pytest
from torchgrade.authoring import close, hidden, misconception

pytestmark = [pytest.mark.x]
FAR, NEAR = 9, 1
sys.setrecursionlimit(5000)


@pytest.fixture
def sizes(): return range(NEAR)  # a remark


@pytest.fixture(name="named")
def other(): ...


@pytest.fixture(autouse=True)
def always(): ...


@pytest.fixture
def unasked(): return FAR


# About the helper.
# Two lines of it.
def helper(x):
    far = x  # no variable of the grader
    return [step(y) for y in x]


def step(y): return math.tau * y;


# Why it goes wrong


@misconception("f", "No.")
def far(x):
    return helper(count(x))


class TestAll:
    """Both."""

    size = 3

    def test_seen(self, student, named):
        close(student.f(self.size), helper([1]))

    # Not for students.
    @hidden("No.")
    def test_unseen(self, student):
        close(student.f(FAR), pairwise([2]))


def test_shown(student, sizes):
    far = 1
    close(student.f(far), sizes)


# Nor this.
@hidden("No.")
def test_hidden(student):
    close(student.f(os.sep), far)
'''
    stripped = strip(source, {"test_shown", "TestAll::test_seen"})
    assert stripped.entangled == ()
    assert (
        stripped.text
        == '''\
from __future__ import annotations

import math
import sys

import pytest
from torchgrade.authoring import close

pytestmark = [pytest.mark.x]
FAR, NEAR = 9, 1
sys.setrecursionlimit(5000)


@pytest.fixture
def sizes(): return range(NEAR)  # a remark


@pytest.fixture(name="named")
def other(): ...


@pytest.fixture(autouse=True)
def always(): ...


# About the helper.
# Two lines of it.
def helper(x):
    far = x  # no variable of the grader
    return [step(y) for y in x]


def step(y): return math.tau * y;


class TestAll:
    """Both."""

    size = 3

    def test_seen(self, student, named):
        close(student.f(self.size), helper([1]))


def test_shown(student, sizes):
    far = 1
    close(student.f(far), sizes)
'''
    )


def test_a_test_that_uses_a_misconception_can_t_be_kept() -> None:
    """It would bring along what students are not to see."""
    source = """\
from torchgrade.authoring import misconception


@misconception("f", "No.")
def wrong(x):
    return x


def by_way_of(x):
    return wrong.implementation(x)


def test_one(student):
    assert student.f(1) != by_way_of(1)


def test_two(student):
    assert student.f(1)
"""
    stripped = strip(source, {"test_one", "test_two"})
    assert stripped.entangled == ("test_one",)
    assert stripped.text == "def test_two(student):\n    assert student.f(1)\n"
