"""`course check`, run as students run it, over the mini course."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import jsonschema
import pytest

PROJECT = Path(__file__).parents[1]
MINI = PROJECT / "tests" / "mini_course"
SCHEMA = PROJECT / "torchgrade" / "report" / "result.schema.json"

ANSWERS = {
    # A misconception, which also fails the hidden test.
    "ch01_values/center": """
        def center(x, dim):
            print("axis", dim)
            return x - x.sum() / x.numel()
    """,
    "ch01_values/moments": """
        def average(x):
            return sum(x.flatten().unbind()) / len(x.flatten())

        def spread(x):
            return x.std()
    """,
    "ch02_objects/running_mean": """
        class RunningMean:
            def update(self, x):
                raise NotImplementedError
    """,
    "ch02_objects/shift": """
        def shift_(x, amount):
            return helper(x, amount)

        def helper(x, amount):
            return x.add_(amount) + {}["a key that is not there"]
    """,
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A student's folder, shaped like exercises/; one exercise is not handed in."""
    root = tmp_path_factory.mktemp("alice")
    for key, source in ANSWERS.items():
        file = root / f"{key}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(dedent(source), encoding="utf-8")
    return root


def environment(**more: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "COLUMNS": "80", **more}


def check(*arguments: str | Path, course: Path = MINI) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder of no meaning, with its output in pipes."""
    return subprocess.run(
        [sys.executable, PROJECT / "cli.py", "--course", course, "check", *arguments],
        env=environment(),
        cwd="/",
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def patched(code: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command after ``code``, which changes what it finds."""
    main = f"import sys; sys.path.insert(0, {str(PROJECT)!r}); import cli\n{dedent(code)}\n"
    return subprocess.run(
        [
            *(sys.executable, "-c", main + "sys.exit(cli.main())"),
            *("--course", MINI, "check", *arguments),
        ],
        env=environment(),
        cwd="/",
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)


def flat(text: str) -> str:
    return " ".join(text.split())


# --- the report


@pytest.fixture(scope="module")
def report(answers: Path) -> subprocess.CompletedProcess[str]:
    return check("all", "--from", answers)


def test_a_failure_exits_with_1(report: subprocess.CompletedProcess[str]) -> None:
    """Something failed, nothing went wrong with the command: standard error is silent."""
    assert (report.returncode, report.stderr) == (1, "")


def test_the_report_fits_a_pipe(report: subprocess.CompletedProcess[str]) -> None:
    """No escape sequences, and no line wider than 80 columns."""
    assert "\x1b" not in report.stdout
    assert max(map(width, report.stdout.splitlines())) <= 80


def test_the_report_explains(report: subprocess.CompletedProcess[str]) -> None:
    """Chapters, points, the call, where values part, and what the misconception was."""
    told = flat(report.stdout)
    assert "Values (ch01_values)" in told
    assert "Objects (ch02_objects)" in told
    assert "center(x, 0)" in told
    assert "This subtracts the mean of all elements, whatever axis is asked for." in told
    assert "The mean along an axis is gone (dim=0)" in told
    assert "3 of 14.5 points" in told


def test_the_report_shows_students_their_own_lines(
    report: subprocess.CompletedProcess[str],
) -> None:
    """An exception comes with their lines and with none of the engine's."""
    told = flat(report.stdout)
    assert "KeyError" in told
    assert "return helper(x, amount)" in told
    assert 'return x.add_(amount) + {}["a key that is not there"]' in told
    for ours in ("Traceback", "torchgrade/", "site-packages", "worker.py", "session.py"):
        assert ours not in report.stdout


def test_hidden_tests_reveal_title_and_hint_only(report: subprocess.CompletedProcess[str]) -> None:
    """Neither inputs nor values nor the explanation of a hidden test are shown."""
    told = flat(report.stdout)
    assert "Double precision" in told
    assert "Stay in the dtype of x." in told
    hidden = told[told.index("Double precision") :][:400]
    for revealing in ("test_double", "float64", "1000.", "999.", "1001."):
        assert revealing not in told
    assert "tensor(" not in hidden.partition("moments")[0].partition("Stuck?")[0]


def test_what_is_missing_is_told(report: subprocess.CompletedProcess[str]) -> None:
    """An exercise that was not handed in, and one that is still a stub."""
    told = flat(report.stdout)
    assert "There is no file" in told
    assert "outer.py" in told
    assert "AttributeError" in told


# --- JSON


@pytest.fixture(scope="module")
def document(answers: Path) -> dict[str, object]:
    done = check("all", "--from", answers, "--json", "--lang", "zh")
    assert (done.returncode, done.stderr) == (1, "")
    loaded = json.loads(done.stdout)
    assert isinstance(loaded, dict)
    return loaded


def exercise(document: dict[str, object], name: str) -> dict[str, object]:
    listed = document["exercises"]
    assert isinstance(listed, list)
    (found,) = (each for each in listed if each["exercise"] == name)
    assert isinstance(found, dict)
    return found


def outcomes(found: dict[str, object]) -> list[dict[str, object]]:
    listed = found["tests"]
    assert isinstance(listed, list)
    return listed


def test_json_follows_its_schema(document: dict[str, object]) -> None:
    """Whatever was graded, and however it failed."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(document)


def test_json_holds_all_that_is_known(document: dict[str, object]) -> None:
    """Outcomes, points, calls, explanations and output, in the language asked for."""
    assert document["language"] == "zh"
    assert document["course"] == "迷你课程"
    center = exercise(document, "center")
    assert (center["state"], center["earned"], center["maximum"]) == ("failed", 0.0, 4.0)
    first = outcomes(center)[0]
    assert first["id"] == "test_matrix[0]"
    assert first["misconception"] == "one_mean_for_all"
    assert first["explanation"] == "这里减去的是全部元素的均值，与指定的维度无关。"
    assert first["output"] == "axis 0\n"
    assert exercise(document, "moments")["state"] == "passed"
    assert exercise(document, "outer")["earned"] == 0
    raised = outcomes(exercise(document, "shift"))[0]["failure"]
    assert isinstance(raised, dict)
    assert (raised["kind"], raised["blame"]) == ("raised", "student")


def test_json_keeps_what_is_hidden(document: dict[str, object]) -> None:
    """Of a hidden test there are title, hint, status and weight."""
    (hidden,) = (test for test in outcomes(exercise(document, "center")) if test["hidden"])
    assert hidden == {
        "hidden": True,
        "title": "双精度",
        "hint": "保持 x 的 dtype。",
        "status": "failed",
        "weight": 1.0,
    }


# --- what to check, and from where


def test_one_file_can_be_checked(answers: Path) -> None:
    """A file that answers one exercise is graded for it alone; all right is exit code 0."""
    done = check("--from", answers / "ch01_values" / "moments.py")
    assert (done.returncode, done.stderr) == (0, "")
    assert "moments" in done.stdout
    assert "center" not in done.stdout


def test_a_chapters_folder_can_be_checked(answers: Path) -> None:
    """A folder with the files of one chapter is enough."""
    done = check("ch01/moments", "--from", answers / "ch01_values", "--verbose")
    assert (done.returncode, done.stderr) == (0, "")
    assert "The mean" in done.stdout


def test_the_course_is_checked_where_it_lies(tmp_path: Path) -> None:
    """Without --from the answers are those of the course; a fresh course is all stubs."""
    root = tmp_path / "course"
    shutil.copytree(MINI, root, ignore=shutil.ignore_patterns("__pycache__"))
    broken = root / "graders" / "ch02_objects" / "test_outer.py"
    broken.write_text("import no_such_module\n")
    done = check("center", "outer", "--lang", "zh", course=root)
    assert (done.returncode, done.stderr) == (3, "")
    assert "数值" in done.stdout
    assert "未开始" in done.stdout
    assert "不是你的错" in done.stdout
    assert "no_such_module" not in done.stdout
    assert "Traceback" not in done.stdout
    assert max(map(width, done.stdout.splitlines())) <= 80


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("centre",), "Did you mean center?"),
        (("ch01/momments",), "Did you mean ch01_values/moments?"),
        (("ch02_objectz",), "Did you mean ch02_objects?"),
        (("center", "--from", "/nowhere"), "There is nothing to read at /nowhere"),
        (("--lang", "fr"), "fr"),
    ],
)
def test_wrong_use_exits_with_4(arguments: tuple[str, ...], told: str) -> None:
    """The nearest name is suggested, and nothing is graded."""
    done = patched("", *arguments)
    assert (done.returncode, done.stdout) == (4, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


# --- faults that are not the student's


def test_a_mistyped_name_is_answered_before_torch_could_be_imported() -> None:
    """What is being imported meanwhile for a grading that never comes is not waited for."""

    def taken(code: int, *command: str | Path) -> float:
        started = time.perf_counter()
        done = subprocess.run(
            [sys.executable, *command], env=environment(), capture_output=True, check=False
        )
        assert done.returncode == code, done.stderr
        return time.perf_counter() - started

    wrong = (PROJECT / "cli.py", "--course", MINI, "check", "nonsuch")
    pairs = [(taken(4, *wrong), taken(0, "-c", "import torch")) for _ in range(3)]
    assert sorted(answered / imported for answered, imported in pairs)[1] < 1, pairs


def in_grader(code: str) -> str:
    """What makes a command run ``code`` in its grader process before that begins."""
    return f"""
        import torchgrade.grading.process as process
        process._CODE = "import sys; sys.path.insert(0, sys.argv[1])\\n" + {dedent(code)!r} + (
            process._CODE
        )
    """


LOWER = in_grader("""
    import torchgrade.grading.main as main
    from torchgrade.sandbox.levels import Level
    from torchgrade.sandbox.server import ForkServer
    main.ForkServer = lambda: ForkServer(Level.PROCESS)
""")


def test_a_sandbox_below_the_level_asked_for_is_refused() -> None:
    """Never silently: the level there is, the one asked for, and where to read on."""
    done = patched(LOWER, "moments", "--sandbox", "landlock")
    assert (done.returncode, done.stdout) == (4, "")
    assert "only at level process; landlock is asked for" in done.stderr
    assert "docs/sandbox.md" in done.stderr


def test_a_weak_sandbox_is_told(answers: Path) -> None:
    """A result from the lowest level is a self-check and says so."""
    done = patched(LOWER, "moments", "--from", answers, "--json")
    assert done.returncode == 0, done.stderr
    (only,) = json.loads(done.stdout)["exercises"]
    assert (only["sandbox"], only["self_check"]) == ("process", True)


def test_an_engine_that_does_not_start_exits_with_3(answers: Path) -> None:
    """Nothing is graded and nobody is blamed; JSON keeps to its schema."""
    code = in_grader("""
        import torchgrade.grading.main as main
        from torchgrade.sandbox.server import EngineFault, ForkServer

        class Broken(ForkServer):
            @property
            def level(self):
                raise EngineFault("there is no sandbox")
            def start(self):
                pass
            fork = start
            def successor(self):
                return Broken()

        main.ForkServer = Broken
    """)
    done = patched(code, "moments", "--from", answers, "--json")
    assert (done.returncode, done.stderr) == (3, "")
    document = json.loads(done.stdout)
    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
    (only,) = document["exercises"]
    assert (only["state"], only["earned"], only["sandbox"]) == ("ungraded", None, None)


def test_a_fault_of_the_commands_own_is_no_traceback() -> None:
    """What breaks in torchgrade itself is told in two sentences, with exit code 3."""
    code = """
        import torchgrade.commands.check as command
        def open_context(*_):
            raise RuntimeError("a wire is loose")
        command.open_context = open_context
    """
    done = patched(code, "moments")
    assert (done.returncode, done.stdout) == (3, "")
    assert "torchgrade itself failed: RuntimeError: a wire is loose" in done.stderr
    assert "costs no marks" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("how", ["raise RuntimeError('a wire is loose')", "os._exit(9)"])
def test_a_grader_process_that_fails_is_no_traceback(how: str) -> None:
    """Whether it can say why or is just gone."""
    code = in_grader(f"""
        import os
        import torchgrade.grading.main as main
        def settle(setup):
            {how}
        main._settle = settle
    """)
    done = patched(code, "moments")
    assert (done.returncode, done.stdout) == (3, "")
    told = "a wire is loose" if "loose" in how else "a grader process ended (exit code 9)"
    assert told in done.stderr
    assert "costs no marks" in done.stderr
    assert "Traceback" not in done.stderr


# --- interruption


def children(pid: int) -> list[int]:
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(child) for child in listed.split()]


def descendants(pid: int) -> list[int]:
    found = children(pid)
    return found + [grandchild for child in found for grandchild in descendants(child)]


def ticks(pid: int) -> int:
    """Processor time that a process had, in clock ticks; 0 if it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11])


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def confined(pid: int) -> bool:
    try:
        return "\nSeccomp:\t2\n" in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def importing(pid: int) -> bool:
    """Whether the fork server has been started."""
    return bool(children(pid))


def computing(pid: int) -> bool:
    """Whether a student's code is running: a confined process that has used processor time."""
    return any(confined(child) and ticks(child) > 10 for child in descendants(pid))


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("moment", [importing, computing])
def test_an_interrupt_exits_with_2(tmp_path: Path, moment: Callable[[int], bool]) -> None:
    """Ctrl-C ends it at any moment, with one word and no process left behind."""
    answer = tmp_path / "moments.py"
    answer.write_text("def average(x):\n    while True:\n        pass\n")
    with subprocess.Popen(
        [sys.executable, PROJECT / "cli.py", "--course", MINI, "check", "--from", answer],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        while not moment(process.pid):
            assert process.poll() is None, "it ended by itself"
        started = descendants(process.pid)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert process.returncode == 2, err
    assert out == ""
    assert err.strip() == "Interrupted."
    assert started
    for _ in range(100):  # the kernel takes a moment to collect them
        if not any(map(alive, started)):
            break
        time.sleep(0.05)
    assert not any(map(alive, started))


def test_a_closed_pipe_is_no_error(answers: Path) -> None:
    """`course check | head` ends quietly."""
    reading, writing = os.pipe()
    os.close(reading)
    with subprocess.Popen(
        [
            *(sys.executable, PROJECT / "cli.py", "--course", MINI),
            *("check", "moments", "--from", answers),
        ],
        env=environment(),
        stdout=writing,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        os.close(writing)
        _, err = process.communicate()
    assert (process.returncode, err) == (141, "")
