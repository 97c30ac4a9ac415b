"""The grading session: graders times subjects, blame, limits, and what each test is told."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from textwrap import dedent

import pytest
import torch

from tests.grading import Engine, Task, failure, kinds, outcome, statuses, write_course
from torchgrade.course import Course, Exercise, load
from torchgrade.result import Blame, ExerciseResult, Kind, Status
from torchgrade.sandbox.client import Sandbox, StudentProcess
from torchgrade.sandbox.levels import Level, Limits
from torchgrade.sandbox.server import EngineFault, ForkServer, Server
from torchgrade.session import Grader, Options, Subject, grade
from torchgrade.submission import Absent, Reason, Unreadable, read_file

MINI = Path(__file__).parent / "mini_course"
PASSED, FAILED, UNGRADED = Status.PASSED, Status.FAILED, Status.UNGRADED

DOUBLE = """
def test_double(student, rand):
    x = rand(3)
    close(student.f(x), 2 * x)
"""
RIGHT = "def f(x):\n    return x + x\n"
WRONG = "def f(x):\n    return x * x\n"


def own_files(course: Course) -> Callable[[Exercise, Grader], Sequence[Subject]]:
    """The model answers as subjects."""

    def subjects(exercise: Exercise, _: Grader) -> Sequence[Subject]:
        return [Subject("solution", read_file(exercise.solution, exercise.solution.parent))]

    return subjects


# --- collecting


def test_a_grader_is_collected_once_for_all_subjects(engine: Engine, tmp_path: Path) -> None:
    """A batch imports each grader once and asks every test of every subject."""
    grader = """
        from pathlib import Path
        with Path(__file__).with_name("imports.log").open("a") as log:
            log.write("x")
    """
    results = engine.results(
        tmp_path, Task(dedent(grader) + DOUBLE), {"a": RIGHT, "b": WRONG, "c": RIGHT, "d": WRONG}
    )
    assert (tmp_path / "graders" / "ch01_tasks" / "imports.log").read_text() == "x"
    assert [result.passed for result in results.values()] == [True, False, True, False]


def test_subjects_are_asked_for_with_what_the_grader_declares(
    engine: Engine, tmp_path: Path
) -> None:
    """Who takes an exercise may depend on its misconceptions and alternatives."""
    grader = """
        @misconception("f", "Squares.")
        def squares(x):
            return x * x
        @alternative("f")
        def adds(x):
            return x + x
    """
    course = write_course(tmp_path, [Task(dedent(grader) + DOUBLE)])
    declared: list[Grader] = []

    def subjects(exercise: Exercise, grader: Grader) -> Sequence[Subject]:
        declared.append(grader)
        model = read_file(exercise.solution, exercise.solution.parent)
        wrong = [Subject(each.name, model, each) for each in grader.misconceptions]
        right = [Subject(each.name, model, each) for each in grader.alternatives]
        return wrong + right

    passed: dict[str, bool] = {}
    engine.server = grade(
        course,
        course.exercises,
        subjects,
        Options(),
        lambda subject, result: passed.update({subject.name: result.passed}),
        engine.server,
    )
    assert len(declared) == 1
    assert passed == {"squares": False, "adds": True}


def test_results_come_in_the_order_of_the_exercises(engine: Engine) -> None:
    """Whoever shows results as they come shows them in the course's order, each once."""
    course = load(MINI)
    emitted: list[ExerciseResult] = []
    wanted = tuple(reversed(course.exercises))
    engine.server = grade(
        course,
        wanted,
        own_files(course),
        Options(),
        lambda _, result: emitted.append(result),
        engine.server,
    )
    assert [result.key for result in emitted] == [exercise.key for exercise in wanted]
    assert all(result.passed for result in emitted)
    assert [result.score.earned for result in emitted] == [e.points for e in wanted]


def test_an_exercise_without_subjects_costs_nothing(engine: Engine, tmp_path: Path) -> None:
    """Nobody handed in an exercise: that is no fault of the grader's."""
    assert engine.grade(write_course(tmp_path, [Task(DOUBLE)]), {}) == {}


def test_a_changed_grader_is_read_again(engine: Engine, tmp_path: Path) -> None:
    """A process that grades twice uses the grader as it is on disk each time."""
    assert engine.result(tmp_path, Task(DOUBLE), RIGHT).passed
    assert not engine.result(tmp_path, Task(DOUBLE.replace("2 *", "3 *")), RIGHT).passed
    assert not engine.result(tmp_path / "other", Task(DOUBLE.replace("2 *", "4 *")), RIGHT).passed


def test_settings_of_pytest_around_the_course_have_no_say(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the environment nor files beside the graders change how they are run."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only -k nothing")
    monkeypatch.setenv("PYTEST_PLUGINS", "a_plugin_that_is_not_there")
    course = write_course(tmp_path, [Task(DOUBLE)])
    for folder in (tmp_path, course.exercises[0].grader.parent):
        (folder / "conftest.py").write_text("raise RuntimeError('must not be imported')")
        (folder / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    assert engine.grade(course, {"student": RIGHT})["student", "task"].passed
    assert os.environ["PYTEST_ADDOPTS"] == "--collect-only -k nothing"


# --- processes


COUNTING = """
    import os
    CALLS = []

    def f(x):
        CALLS.append(x)
        if x == "die":
            os._exit(0)
        return len(CALLS)
"""
COUNTS = """
    def test_1_first(student):
        close(student.f("a"), 1)
    def test_2_second(student):
        close(student.f("b"), 2)
"""


def test_a_process_serves_one_subject_in_one_exercise(engine: Engine, tmp_path: Path) -> None:
    """State is kept from test to test of an exercise and from nothing else to anything else."""
    course = write_course(
        tmp_path, [Task(COUNTS, COUNTING, name="one"), Task(COUNTS, COUNTING, name="two")]
    )
    results = engine.grade(course, {"a": COUNTING, "b": COUNTING})
    assert len(results) == 4
    assert all(result.passed for result in results.values())


def test_a_dead_process_costs_only_the_running_test(engine: Engine, tmp_path: Path) -> None:
    """After a death the next test gets a fresh process, with nothing left of the last."""
    grader = """
        def test_1_before(student):
            close(student.f("a"), 1)
        def test_2_death(student):
            close(student.f("die"), 2)
        def test_3_after(student):
            close(student.f("b"), 1)
        def test_4_later(student):
            close(student.f("c"), 2)
    """
    result = engine.result(tmp_path, Task(grader, COUNTING), COUNTING)
    assert statuses(result) == {
        "test_1_before": PASSED,
        "test_2_death": FAILED,
        "test_3_after": PASSED,
        "test_4_later": PASSED,
    }
    assert failure(result, "test_2_death").kind is Kind.EXITED


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("os._exit(0)", Kind.EXITED),
        ("sys.exit(0)", Kind.EXITED),
        ("ctypes.string_at(0)", Kind.SIGNAL),
        ("return bytearray(1 << 40)", Kind.MEMORY),
        ("return f(x)", Kind.RECURSION),
        ("raise KeyboardInterrupt", Kind.RAISED),
        ("raise NotImplementedError", Kind.NOT_STARTED),
        # NotImplementedError again, but PyTorch's own.
        ("return x.long().normal_()", Kind.RAISED),
        ("return x.long().normal_()  # does it raise?", Kind.RAISED),
        ("return (x for x in x)", Kind.UNSUPPORTED),
        ("return g(x)", Kind.RAISED),
        ("while True: pass", Kind.TIMEOUT),
    ],
)
def test_what_student_code_does_is_told_apart(
    engine: Engine, tmp_path: Path, line: str, kind: Kind
) -> None:
    """Each way to fail has its own kind, is the student's, and leaves the next test alone."""
    grader = """
        def test_1(student):
            close(student.f(torch.ones(2)), 0)
        def test_2(student):
            close(student.right(1), 2)
    """
    answer = f"import ctypes, os, sys\n\ndef f(x):\n    {line}\n\ndef right(x):\n    return 2\n"
    result = engine.result(tmp_path, Task(grader, RIGHT, limits={"seconds": 0.5}), answer)
    assert statuses(result) == {"test_1": FAILED, "test_2": PASSED}
    assert failure(result, "test_1").kind is kind
    assert failure(result, "test_1").blame is Blame.STUDENT


# --- outcomes


def test_outcomes_carry_what_authors_and_students_need(engine: Engine) -> None:
    """Ids are stable, titles name the case, hidden tests keep their hint, cases share points."""
    course = load(MINI)
    exercise = course.select(["center"])
    stub = exercise[0].stub.read_text()
    wrong = "def center(x, dim):\n    return x - x.sum(0, keepdim=True) / x.shape[0]\n"
    results = engine.grade(course, {"stub": stub, "wrong": wrong}, exercises=exercise)
    result = results["wrong", "center"]
    assert statuses(result) == {
        "test_matrix[0]": PASSED,
        "test_matrix[1]": FAILED,
        "test_matrix[-1]": FAILED,
        "test_three_axes": FAILED,
        "test_double": PASSED,
    }
    by_id = {o.test: o for o in result.outcomes}
    assert by_id["test_matrix[-1]"].title.to("en") == "The mean along an axis is gone (dim=-1)"
    assert "dim=-1" in by_id["test_matrix[-1]"].title.to("zh")
    assert by_id["test_three_axes"].title.to("zh") == "三个维度"
    hint = by_id["test_double"].hint
    assert hint is not None
    assert hint.to("en") == "Stay in the dtype of x."
    assert [o.test for o in result.outcomes if o.hidden] == ["test_double"]
    assert [o.weight for o in result.outcomes] == pytest.approx([2 / 3, 2 / 3, 2 / 3, 1, 1])
    assert result.score.earned == pytest.approx(4 * (2 / 3 + 1) / 4)
    assert [o.test for o in results["stub", "center"].outcomes] == list(by_id)
    assert results["stub", "center"].score.earned == 0


def test_cases_that_differ_in_sign_only_are_different_tests(engine: Engine, tmp_path: Path) -> None:
    """Each case has an id, inputs and a verdict of its own."""
    grader = """
        @cases("n", [1, -1, 2, -2])
        def test_it(student, rand, n):
            x = rand(3)
            close(student.f(x, n), n * x)
    """
    answer = "def f(x, n):\n    return x * (n if n != -1 else 5)\n"
    result = engine.result(tmp_path, Task(grader, "def f(x, n):\n    return x * n\n"), answer)
    assert statuses(result) == {
        "test_it[1]": PASSED,
        "test_it[-1]": FAILED,
        "test_it[2]": PASSED,
        "test_it[-2]": PASSED,
    }


def test_an_id_does_not_depend_on_who_is_graded(engine: Engine, tmp_path: Path) -> None:
    """Ids are the same alone and in a batch, whatever the parameters look like."""
    grader = """
        @cases("a, b", [("x", "-"), ("[", "]"), ((1, 2), None), ("subject@1", "-y")])
        def test_it(student, a, b):
            close(student.f(a), a + a)
    """
    task = Task(grader)
    alone = engine.results(tmp_path, task, {"a": RIGHT})
    batch = engine.results(tmp_path, task, dict.fromkeys("xyzuvwabcdefg", RIGHT))
    ids = [o.test for o in alone["a"].outcomes]
    assert len(set(ids)) == 4
    assert {tuple(o.test for o in result.outcomes) for result in batch.values()} == {tuple(ids)}


def test_tests_in_classes_do_not_hide_each_other(engine: Engine, tmp_path: Path) -> None:
    """Two tests of one name in two classes are two tests."""
    grader = """
        class TestA:
            def test_it(self, student):
                close(student.f(1), 2)
        class TestB:
            def test_it(self, student):
                close(student.f(2), 5)
    """
    result = engine.result(tmp_path, Task(grader), RIGHT)
    assert len({o.test for o in result.outcomes}) == 2
    assert [o.status for o in result.outcomes] == [PASSED, FAILED]


def test_a_result_says_how_it_came_about(engine: Engine, tmp_path: Path) -> None:
    """Level, digest, time and memory are recorded with the marks."""
    result = engine.result(tmp_path, Task(DOUBLE), RIGHT)
    other = engine.result(tmp_path, Task(DOUBLE), RIGHT + "\n")
    assert result.sandbox == engine.server.level.value
    assert len(result.digest) == 64
    assert result.digest != other.digest
    assert result.seconds > 0
    assert result.peak_memory > 1 << 20
    assert result.key == "ch01_tasks/task"


# --- blame: the student


def test_an_exception_of_the_students_shows_their_lines(engine: Engine, tmp_path: Path) -> None:
    """The student reads type, message and their own lines, and nothing of the engine's."""
    answer = """
        def f(x):
            return inner(x)

        def inner(x):
            raise KeyError("no such thing")
    """
    told = failure(engine.result(tmp_path, Task(DOUBLE), answer), "test_double")
    assert (told.kind, told.blame) == (Kind.RAISED, Blame.STUDENT)
    assert told.details["type"] == "KeyError"
    assert [(frame.line, frame.function) for frame in told.frames] == [(3, "f"), (6, "inner")]
    assert {frame.file for frame in told.frames} == {"answers/task.py"}
    assert told.call == "f(x)"


def test_a_strange_value_that_breaks_the_test_is_the_students(
    engine: Engine, tmp_path: Path
) -> None:
    """The test's own code fails on it, and the model answer passes: the student's fault."""
    grader = """
        def test_it(student):
            assert student.f(torch.ones(2, 3)).shape[1] == 3
    """
    results = engine.results(
        tmp_path,
        Task(grader),
        {"none": "def f(x):\n    return None\n", "flat": "def f(x):\n    return x.sum()\n"},
    )
    for result in results.values():
        assert failure(result, "test_it").kind is Kind.UNUSABLE
        assert failure(result, "test_it").blame is Blame.STUDENT
        assert statuses(result) == {"test_it": FAILED}
    assert "NoneType" in str(failure(results["none"], "test_it").details["message"])


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Absent(Path("task.py")), Kind.ABSENT),
        (Unreadable(Path("task.py"), Reason.NUL), Kind.UNREADABLE),
        ("def g(x):\n    return x\n", Kind.MISSING_NAME),
        ("f = 3\n", Kind.NOT_CALLABLE),
    ],
)
def test_an_answer_that_can_not_be_called_fails_every_test(
    engine: Engine, tmp_path: Path, answer: str | Absent | Unreadable, kind: Kind
) -> None:
    """Nothing handed in, or not under the name asked for, is a failure with a reason."""
    grader = DOUBLE + DOUBLE.replace("test_double", "test_again")
    result = engine.result(tmp_path, Task(grader), answer)
    assert kinds(result) == {"test_double": kind, "test_again": kind}
    assert result.score.earned == 0


def test_a_name_that_a_probe_does_not_find(engine: Engine, tmp_path: Path) -> None:
    """It is missing as for a plain call, unless the student's own code asked for it."""
    grader = """
        @probe
        def ask(student, x):
            return student.double(x)

        @probe
        def ask_by_name(student, x, name):
            return getattr(student, name)(x)

        def test_it(student):
            close(student.run(ask, 1), 2)

        def test_by_name(student):
            close(student.run(ask_by_name, 1, "double"), 2)
    """
    answers = {
        "misspelt": "def duoble(x):\n    return 2 * x\n",
        "own": "import sys\n\ndef double(x):\n    return sys.modules[__name__].twice(x)\n",
    }
    task = Task(grader, "def double(x):\n    return 2 * x\n")
    results = engine.results(tmp_path, task, answers)
    misspelt, own = results["misspelt"], results["own"]
    assert kinds(misspelt) == dict.fromkeys(kinds(misspelt), Kind.MISSING_NAME)
    details = failure(misspelt, "test_by_name").details
    assert (details["name"], details["near"]) == ("double", "duoble")
    assert set(kinds(own).values()) == {Kind.RAISED}


# --- blame: the author


BROKEN_GRADERS = {
    "syntax error": "def test_it(student:\n    pass\n",
    "failing import": "import no_such_module\n" + "def test_it(student):\n    pass\n",
    "exception at import": "1 / 0\n\ndef test_it(student):\n    pass\n",
    "exit at import": "raise SystemExit(0)\n",
    "exception in a test": "def test_it(student):\n    student.f(1)\n    {}['missing']\n",
    "exit in a test": "def test_it(student):\n    raise SystemExit(0)\n",
    "skip in a test": ("import pytest\n\ndef test_it(student):\n    pytest.skip('not today')\n"),
    "fail in a test": "import pytest\n\ndef test_it(student):\n    pytest.fail('no')\n",
    "exception in a fixture": (
        "import pytest\n\n@pytest.fixture\ndef numbers():\n    return [1][2]\n\n"
        "def test_it(student, numbers):\n    close(student.f(1), 2)\n"
    ),
    "exception in a fixture's end": (
        "import pytest\n\n@pytest.fixture\ndef numbers():\n    yield 1\n    1 / 0\n\n"
        "def test_it(student, numbers):\n    close(student.f(1), 2)\n"
    ),
    "unknown fixture": "def test_it(student, studnet):\n    pass\n",
    "unknown helper in a probe": (
        "@probe\ndef ask(student, x):\n    return helper(student.f(x))\n\n"
        "def test_it(student):\n    close(student.run(ask, 1), 2)\n"
    ),
    "closure in a probe": (
        "def test_it(student):\n    amount = 3\n    @probe\n    def ask(student, x):\n"
        "        return student.f(x) + amount\n    close(student.run(ask, 1), 5)\n"
    ),
    "a variable of the grader in a probe": (
        "SECRET = 42\n\n@probe\ndef ask(student, x):\n    return student.f(x) + SECRET\n\n"
        "def test_it(student):\n    close(student.run(ask, 1), 44)\n"
    ),
    "a failing expectation": (
        "def test_it(student):\n    close(student.f(1), torch.ones(2) @ torch.ones(3))\n"
    ),
    "a failing reference": (
        "def test_it(student, reference):\n    close(student.f(1), reference.no_such(1))\n"
    ),
    "no tests": "x = 1\n",
    "a test without student": "def test_it(rand):\n    rand(3)\n",
    "points that are no number": (
        "@points('two')\ndef test_it(student):\n    close(student.f(1), 2)\n"
    ),
    "points below zero": "@points(-1)\ndef test_it(student):\n    close(student.f(1), 2)\n",
    "refuses without a call": (
        "def test_it(student):\n    with refuses(ValueError):\n        student.f\n"
    ),
}


@pytest.mark.parametrize("fault", BROKEN_GRADERS)
def test_an_authors_error_is_ungraded_and_leaves_the_rest_alone(
    engine: Engine, tmp_path: Path, fault: str
) -> None:
    """It is never a zero, it names the author, and other exercises keep their marks."""
    course = write_course(
        tmp_path,
        [
            Task(DOUBLE, name="before"),
            Task(BROKEN_GRADERS[fault], name="broken"),
            Task(DOUBLE, name="after"),
        ],
    )
    results = engine.grade(course, {"a": RIGHT, "b": RIGHT})
    assert len(results) == 6
    for name in "ab":
        assert results[name, "before"].passed
        assert results[name, "after"].passed
        broken = results[name, "broken"]
        assert broken.ungraded
        assert broken.score.earned is None
        told = [o.failure for o in broken.outcomes if o.status is UNGRADED]
        assert {f.blame for f in told if f is not None} == {Blame.AUTHOR}
        assert all(f is not None and f.details["message"] for f in told)
        assert len({o.test for o in broken.outcomes}) == len(broken.outcomes)


def test_a_missing_grader_is_ungraded(engine: Engine, tmp_path: Path) -> None:
    """A grader that was not copied along costs nobody a mark."""
    course = write_course(tmp_path, [Task(DOUBLE), Task(DOUBLE, name="other")])
    course.exercises[0].grader.unlink()
    results = engine.grade(course, {"student": RIGHT})
    assert results["student", "other"].passed
    (only,) = results["student", "task"].outcomes
    assert only.status is UNGRADED
    assert only.failure is not None
    assert only.failure.blame is Blame.AUTHOR
    assert "test_task.py" in str(only.failure.details["place"])


def test_an_error_of_the_model_answers_is_not_the_students(engine: Engine, tmp_path: Path) -> None:
    """What is expected could not be computed: nobody can be right or wrong."""
    grader = """
        def test_it(student, rand, reference):
            x = rand(3)
            close(student.f(x), reference.f(x))
        def test_probe(student, rand, reference):
            x = rand(3)
            close(student.run(ask, x), reference.run(ask, x))
        @probe
        def ask(student, x):
            return student.f(x)
    """
    task = Task(grader, "def f(x):\n    raise ValueError('not finished')\n")
    result = engine.result(tmp_path, task, RIGHT)
    for test in ("test_it", "test_probe"):
        assert outcome(result, test).status is UNGRADED
        assert failure(result, test).blame is Blame.AUTHOR
        assert "not finished" in str(failure(result, test).details["message"])


def test_the_place_of_an_authors_error_is_told(engine: Engine, tmp_path: Path) -> None:
    """File and line, so that it can be mended."""
    result = engine.result(
        tmp_path, Task(BROKEN_GRADERS["exception in a test"]), "def f(x):\n    return x\n"
    )
    details = failure(result, "test_it").details
    assert details["message"] == "KeyError: 'missing'"
    assert str(details["place"]).endswith("graders/ch01_tasks/test_task.py:9")


def test_a_fixture_of_the_authors_may_be_shared_and_parametrised(
    engine: Engine, tmp_path: Path
) -> None:
    """Fixtures of any scope work and do not mix the subjects up."""
    grader = """
        import pytest

        @pytest.fixture(scope="module", params=[2, 3])
        def size(request):
            return request.param

        @pytest.fixture
        def x(rand, size):
            return rand(size)

        def test_a(student, x):
            close(student.f(x), 2 * x)
        def test_b(student, x, rand):
            y = x + rand(*x.shape)
            close(student.f(y), 2 * y)
    """
    results = engine.results(tmp_path, Task(grader), {"a": RIGHT, "b": WRONG, "c": RIGHT})
    assert [result.passed for result in results.values()] == [True, False, True]
    assert all(len(result.outcomes) == 4 for result in results.values())


AROUND_A_TEST = {
    "setup_function": (
        "ready = []\n\ndef setup_function(function):\n    ready.append(1)\n\n"
        "def test_it(student):\n    close(student.f(ready.pop()), 2)\n"
    ),
    "a fixture used by itself": (
        "import pytest\n\nready = []\n\n@pytest.fixture(autouse=True)\ndef begin():\n"
        "    ready.append(1)\n\ndef test_it(student):\n    close(student.f(ready.pop()), 2)\n"
    ),
    "a fixture that a mark asks for": (
        "import pytest\n\nready = []\n\n@pytest.fixture\ndef begin():\n    ready.append(1)\n\n"
        "@pytest.mark.usefixtures('begin')\n"
        "def test_it(student):\n    close(student.f(ready.pop()), 2)\n"
    ),
    "a parameter for a fixture": (
        "import pytest\n\n@pytest.fixture\ndef doubled(request):\n    return 2 * request.param\n\n"
        "@pytest.mark.parametrize('doubled', [1], indirect=True)\n"
        "def test_it(student, doubled):\n    close(student.f(doubled), 4)\n"
    ),
    "a class": (
        "class TestAll:\n    def setup_method(self):\n        self.ready = 1\n\n"
        "    def test_it(self, student):\n        close(student.f(self.ready), 2)\n"
    ),
}


@pytest.mark.parametrize("around", AROUND_A_TEST)
def test_what_pytest_does_around_a_test_is_done(
    engine: Engine, tmp_path: Path, around: str
) -> None:
    """For every subject, although most tests are run without pytest."""
    grader = AROUND_A_TEST[around] + DOUBLE
    results = engine.results(tmp_path, Task(grader), {"a": RIGHT, "b": WRONG, "c": RIGHT})
    assert [result.passed for result in results.values()] == [True, False, True]
    told = [o.failure for result in results.values() for o in result.outcomes if o.failure]
    assert all(failure.blame is Blame.STUDENT for failure in told)


# --- blame: the engine


def servers_process(server: Server) -> int:
    assert isinstance(server, ForkServer)
    process = server._process
    assert process is not None
    return process.pid


KILLER = """
    import os, signal, time
    from pathlib import Path

    def kill(test):
        order = Path(__file__).with_name("kill")
        if order.exists() and order.read_text().split()[1] == test:
            pid = int(order.read_text().split()[0])
            order.unlink()
            os.kill(pid, signal.SIGKILL)
            time.sleep(0.2)  # until its children have gone with it

    def test_1(student):
        kill("1")
        close(student.f(1), 2)
    def test_2(student):
        kill("2")
        close(student.f(2), 4)
    def test_3(student):
        close(student.f(3), 6)
        kill("3")
"""


@pytest.mark.parametrize("test", ["1", "2", "3"], ids=["before", "between", "after"])
def test_a_fork_server_that_dies_is_replaced(engine: Engine, tmp_path: Path, test: str) -> None:
    """The test that it died in is run once more; nobody loses a mark, nor is blamed."""
    course = write_course(tmp_path, [Task(KILLER), Task(DOUBLE, name="other")])
    _ = engine.server.level
    before = engine.server
    order = course.exercises[0].grader.with_name("kill")
    order.write_text(f"{servers_process(before)} {test}")
    results = engine.grade(course, {"a": RIGHT, "b": RIGHT})
    assert not order.exists()
    assert engine.server is not before
    assert {name: statuses(result) for name, result in results.items()} == {
        ("a", "task"): {"test_1": PASSED, "test_2": PASSED, "test_3": PASSED},
        ("b", "task"): {"test_1": PASSED, "test_2": PASSED, "test_3": PASSED},
        ("a", "other"): {"test_double": PASSED},
        ("b", "other"): {"test_double": PASSED},
    }


class _Broken(ForkServer):
    """A server that never comes up, and counts how often it was to."""

    starts = 0

    def start(self) -> None:
        type(self).starts += 1

    def successor(self) -> ForkServer:
        return type(self)()

    @property
    def level(self) -> Level:
        raise EngineFault("there is no sandbox")


def test_an_engine_that_stays_broken_is_ungraded(tmp_path: Path) -> None:
    """Each test is tried twice at most; then it is listed as the engine's fault, not as zero."""
    _Broken.starts = 0
    course = write_course(tmp_path, [Task(KILLER)])
    found: list[ExerciseResult] = []
    server = _Broken()
    server.start()
    grade(
        course, course.exercises, own_files(course), Options(), lambda _, r: found.append(r), server
    )
    (result,) = found
    assert statuses(result) == dict.fromkeys(("test_1", "test_2", "test_3"), UNGRADED)
    for o in result.outcomes:
        assert o.failure is not None
        assert (o.failure.kind, o.failure.blame) == (Kind.ENGINE, Blame.ENGINE)
    assert result.score.earned is None
    assert _Broken.starts <= 4


# --- limits


def count_spawns(monkeypatch: pytest.MonkeyPatch) -> list[Limits]:
    spawned: list[Limits] = []
    spawn = Sandbox.spawn

    def counted(self: Sandbox, limits: Limits) -> StudentProcess:
        spawned.append(limits)
        return spawn(self, limits)

    monkeypatch.setattr(Sandbox, "spawn", counted)
    return spawned


THREE = DOUBLE + DOUBLE.replace("test_double", "test_2") + DOUBLE.replace("test_double", "test_3")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("def f(x:\n    pass\n", Kind.SYNTAX),
        ("import no_such_module\n" + RIGHT, Kind.IMPORT),
        ("1 / 0\n" + RIGHT, Kind.IMPORT),
        ("raise NotImplementedError\n" + RIGHT, Kind.IMPORT),
        ("import os\nos._exit(0)\n" + RIGHT, Kind.EXITED),
        ("import sys\nsys.exit(0)\n" + RIGHT, Kind.EXITED),
        ("while True: pass\n" + RIGHT, Kind.TIMEOUT),
    ],
)
def test_a_file_that_can_not_be_loaded_is_tried_once(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, kind: Kind
) -> None:
    """Every test is told the reason, and it costs one process, not one for each test."""
    spawned = count_spawns(monkeypatch)
    result = engine.result(tmp_path, Task(THREE, limits={"seconds": 0.5}), answer)
    assert set(kinds(result).values()) == {kind}
    assert len(result.outcomes) == 3
    assert result.score.earned == 0
    assert len(spawned) == 1


def test_a_call_has_its_own_time_and_an_exercise_too(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow call ends itself alone, until the exercise's time is spent; then nothing is run."""
    spawned = count_spawns(monkeypatch)
    grader = """
        def test_0_quick(student):
            close(student.f(0), 0)
        @cases("n", list(range(1, 7)))
        def test_slow(student, n):
            close(student.f(n), 0)
        def test_z_quick(student):
            close(student.f(0), 0)
    """
    answer = "import time\n\ndef f(x):\n    while x: time.sleep(0.01)\n    return 0\n"
    task = Task(grader, answer, limits={"seconds": 0.2, "exercise_seconds": 0.5})
    results = engine.results(tmp_path, task, {"slow": answer, "quick": "def f(x):\n    return 0\n"})
    told = results["slow"].outcomes
    assert told[0].status is PASSED
    assert all(o.failure and o.failure.kind is Kind.TIMEOUT for o in told[1:])
    limits = [o.failure.details["seconds"] for o in told[1:] if o.failure]
    assert limits[0] == 0.2
    assert limits[-1] == 0.5
    assert len(spawned) <= 5, "time was spent after all of it was gone"
    assert results["quick"].passed


# --- output


def test_output_is_kept_for_the_test_that_made_it(engine: Engine, tmp_path: Path) -> None:
    """What is printed is shown with the test in which it was printed, death or not."""
    answer = """
        import os, sys
        print("loading")

        def f(x):
            print("called with", x)
            print("and an error", file=sys.stderr)
            if x == 2:
                sys.stdout.flush()
                os._exit(1)
            return x
    """
    grader = """
        @cases("n", [1, 2, 3])
        def test_it(student, n):
            close(student.f(n), n)
        def test_silent(student):
            student.silent
    """
    result = engine.result(tmp_path, Task(grader), answer)
    assert [o.output for o in result.outcomes] == [
        "loading\ncalled with 1\nand an error\n",
        "called with 2\nand an error\n",
        "loading\ncalled with 3\nand an error\n",
        "",
    ]


def test_output_is_capped(engine: Engine, tmp_path: Path) -> None:
    """A flood is cut at the limit and said to be."""
    answer = "def f(x):\n    print('x' * 1_000_000)\n    return x + x\n"
    result = engine.result(tmp_path, Task(DOUBLE, limits={"output": 1000}), answer)
    assert result.passed
    (only,) = result.outcomes
    assert only.output.startswith("x" * 1000 + "\n[... ")
    assert len(only.output) < 1100


# --- seeds and references


ECHO = """
    from pathlib import Path

    @cases("n", [0, 1])
    def test_it(student, rand, n):
        with Path(__file__).with_name("inputs.log").open("a") as log:
            log.write(str(rand(3).tolist()) + "\\n")
        student.f(1)
    def test_other(student, rand):
        with Path(__file__).with_name("inputs.log").open("a") as log:
            log.write(str(rand(3).tolist()) + "\\n")
        student.f(1)
"""


def drawn(engine: Engine, root: Path, secret: bytes, answers: dict[str, str]) -> list[str]:
    engine.results(root, Task(ECHO), answers, secret)
    return (root / "graders" / "ch01_tasks" / "inputs.log").read_text().splitlines()


def test_inputs_follow_from_the_secret_and_the_test(engine: Engine, tmp_path: Path) -> None:
    """All subjects get the same inputs, in every session; another secret gives others."""
    batch = drawn(engine, tmp_path / "a", b"one", {"a": RIGHT, "b": RIGHT})
    again = drawn(engine, tmp_path / "b", b"one", {"c": WRONG})
    other = drawn(engine, tmp_path / "c", b"two", {"a": RIGHT})
    assert batch[:3] == batch[3:] == again
    assert len(set(again)) == 3, "two tests got the same inputs"
    assert not set(other) & set(again)


def test_chance_in_student_code_repeats(engine: Engine, tmp_path: Path) -> None:
    """An answer that draws numbers gets the same verdict each time, in whatever company."""
    answer = """
        import random, torch
        SEEN = [torch.rand(1).item(), random.random()]
        def f():
            return SEEN + [torch.rand(1).item(), random.random()]
    """
    grader = """
        from pathlib import Path

        @cases("n", [0, 1])
        def test_it(student, n):
            with Path(__file__).with_name("drawn.log").open("a") as log:
                log.write(str(student.f()) + "\\n")
    """
    engine.results(tmp_path, Task(grader, answer), {"a": answer, "b": answer})
    engine.results(tmp_path, Task(grader, answer), {"c": answer})
    lines = (tmp_path / "graders" / "ch01_tasks" / "drawn.log").read_text().splitlines()
    assert len(lines) == 6
    assert len(set(lines)) == 2


def test_a_reference_is_computed_once_for_all_subjects(engine: Engine, tmp_path: Path) -> None:
    """However many are graded, PyTorch and the model answer are asked once for each test."""
    solution = """
        CALLS = []
        def f(x):
            return 2 * x
        def count():
            CALLS.append(1)
            return len(CALLS)
    """
    grader = """
        from pathlib import Path

        def slow(x):
            with Path(__file__).with_name("calls.log").open("a") as log:
                log.write("x")
            return x + x

        @probe
        def ask(student):
            return student.count()

        @cases("n", [2, 3])
        def test_it(student, rand, reference, n):
            x = rand(n)
            expected = reference(slow, x)
            close(student.f(x), expected)
            expected.zero_()
        def test_model(student, reference):
            close(reference.count(), 1)
            close(reference.run(ask), 2)
            student.f(1)
    """
    results = engine.results(tmp_path, Task(grader, solution), dict.fromkeys("abcde", RIGHT))
    assert all(result.passed for result in results.values())
    assert (tmp_path / "graders" / "ch01_tasks" / "calls.log").read_text() == "xx"


def test_a_reference_is_never_given_to_the_student(engine: Engine, tmp_path: Path) -> None:
    """Model answer and student are in different processes: nothing that one leaves is seen."""
    answer = """
        import sys, gc
        def f(x):
            found = [o for o in gc.get_objects() if isinstance(o, dict) and "MODEL" in o]
            return x + x if not found and "MODEL" not in globals() else x
    """
    solution = "MODEL = 1\n\ndef f(x):\n    return 2 * x\n"
    grader = """
        def test_it(student, rand, reference):
            x = rand(3)
            expected = reference.f(x)
            close(student.f(x), expected)
    """
    assert engine.result(tmp_path, Task(grader, solution), answer).passed


# --- interruption


INTERRUPT = "def test_it(student):\n    raise KeyboardInterrupt\n"


@pytest.mark.parametrize("company", ["sound", "broken"])
def test_an_interrupt_ends_the_session(engine: Engine, tmp_path: Path, company: str) -> None:
    """Ctrl-C is passed on, also when another grader is at fault; no result is made up."""
    other = DOUBLE if company == "sound" else BROKEN_GRADERS["no tests"]
    course = write_course(tmp_path, [Task(other, name="other"), Task(INTERRUPT)])
    found: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        grade(
            course,
            course.exercises,
            own_files(course),
            Options(),
            lambda _, result: found.append(result.exercise),
            engine.server,
        )
    assert "task" not in found


def test_diagnosis_can_be_left_out(engine: Engine) -> None:
    """Marks do not depend on whether failures are explained."""
    course = load(MINI)
    wrong = {
        "student": "def average(x):\n    return x.sum()\n\ndef spread(x):\n    return x.std()\n"
    }
    exercises = course.select(["moments"])
    explained = engine.grade(course, wrong, Options(), exercises)["student", "moments"]
    bare = engine.grade(course, wrong, Options(diagnose=False), exercises)["student", "moments"]
    assert statuses(explained) == statuses(bare)
    assert outcome(explained, "test_average").misconception == "not_divided"
    assert outcome(bare, "test_average").misconception is None


def test_grading_leaves_this_process_as_it_was(engine: Engine, tmp_path: Path) -> None:
    """No random state, signal handler or thread count of the caller's is changed."""
    torch.manual_seed(3)
    before = torch.random.get_rng_state()
    threads, handler = torch.get_num_threads(), signal.getsignal(signal.SIGINT)
    assert engine.result(tmp_path, Task(DOUBLE), RIGHT).passed
    assert torch.equal(before, torch.random.get_rng_state())
    assert (torch.get_num_threads(), signal.getsignal(signal.SIGINT)) == (threads, handler)


# --- one subject after the other


def test_a_function_made_in_a_test_is_not_taken_for_another(engine: Engine, tmp_path: Path) -> None:
    """Expected values are remembered for functions that stay; a lambda is another in each case."""
    grader = """
        @cases("k", [2, 3, 4, 5])
        def test_scaled(student, reference, k):
            x = torch.ones(3)
            close(student.f(x, k), reference(lambda t: t * k, x))
    """
    right = "def f(x, k):\n    return x * k\n"
    results = engine.results(tmp_path, Task(grader, solution=right), {"a": right, "b": right})
    assert [result.passed for result in results.values()] == [True, True]


def test_what_a_test_does_to_its_cases_ends_with_it(engine: Engine, tmp_path: Path) -> None:
    """The next subject gets the case, and an instance of the test's class, as they were."""
    grader = """
        @cases("x", [torch.ones(2)])
        def test_case(student, x):
            y = student.f(x)
            x.add_(1)
            close(y, 2 * torch.ones(2))

        class TestTogether:
            def test_own(self, student):
                close(student.f(torch.ones(1)), torch.tensor([2.0]))
                assert not hasattr(self, "seen")
                self.seen = True
    """
    results = engine.results(tmp_path, Task(grader), {"a": RIGHT, "b": RIGHT})
    assert [statuses(result) for result in results.values()] == [
        {"test_case[x0]": PASSED, "TestTogether::test_own": PASSED}
    ] * 2


def test_what_a_grader_draws_of_its_own_is_the_same_for_all(engine: Engine, tmp_path: Path) -> None:
    """Also where it does not draw from ``rand``; and it is not what ``rand`` draws."""
    grader = """
        import random

        def test_drawn(student, rand):
            drawn = torch.randn(3)
            assert not torch.equal(drawn, rand(3))
            student.f(torch.cat([drawn, torch.tensor([random.random()])]))
            assert False
    """
    results = engine.results(tmp_path, Task(grader), {"a": RIGHT, "b": RIGHT})
    calls = {failure(result, "test_drawn").call for result in results.values()}
    assert len(calls) == 1


def test_seeding_is_of_the_cpu_alone(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """torch.manual_seed() writes down where it was called for each other kind of device."""
    others: list[int] = []
    monkeypatch.setattr(torch.cuda, "manual_seed_all", others.append)
    engine.results(tmp_path, Task(DOUBLE), {"a": RIGHT, "b": WRONG})
    assert others == []


def test_a_student_who_fails_in_an_authors_fixture_fails(engine: Engine, tmp_path: Path) -> None:
    """The exception is the student's, wherever it was met."""
    grader = """
        import pytest

        @pytest.fixture
        def answer(student):
            return student.f(3)

        def test_fixture(answer, student):
            close(answer, 6)
    """
    results = engine.results(tmp_path, Task(grader), {"a": RIGHT, "b": "def f(x):\n    1 / 0\n"})
    assert results["a"].passed
    assert statuses(results["b"]) == {"test_fixture": FAILED}
    assert failure(results["b"], "test_fixture").kind is Kind.RAISED
