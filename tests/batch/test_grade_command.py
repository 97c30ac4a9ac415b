"""``course grade`` and ``course regrade`` as an instructor uses them."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from nbgrader.api import Gradebook  # type: ignore[import-untyped]  # it has no types

from tests.batch.classes import Classroom
from tests.sandbox.grounds import descendants, is_alive

RIGHT, SQUARED = "def f(x):\n    return 2 * x\n", "def f(x):\n    return x * x\n"
HALVED = "def g(x):\n    return x / 2\n"
KILLER = "def f(x):\n    return 13\n"
SLEEPER = "import time\ndef g(x):\n    time.sleep(600)\n"


@pytest.fixture
def room(tmp_path: Path) -> Classroom:
    return Classroom(tmp_path)


def eventually(holds: Callable[[], bool]) -> bool:
    for _ in range(6000):
        if holds():
            return True
        time.sleep(0.02)
    return False


def test_each_answer_gets_its_marks(room: Classroom) -> None:
    """Right, wrong, missing and broken answers, side by side; nobody's spoils another's."""
    room.hand_in("ada", double=RIGHT, half=HALVED)
    room.hand_in("bob", double=SQUARED, half="def g(x:\n")
    room.hand_in("cleo", half="import os\nos._exit(0)\n")
    done = room.grade()
    assert (done.returncode, done.stderr) == (0, "")
    assert room.count().marks == {
        ("ada", "double"): 4.0,
        ("ada", "half"): 2.0,
        ("bob", "double"): 2.0,
        ("bob", "half"): 0.0,
        ("cleo", "double"): 0.0,
        ("cleo", "half"): 0.0,
    }
    assert "3 submissions." in done.stdout
    assert "1 student, ch01/double: You squared it." in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100
    names = {file.name for file in (room.out / "feedback").iterdir()}
    assert names == {"ada.html", "bob.html", "cleo.html"}
    assert "You squared it." in (room.out / "feedback" / "bob.html").read_text(encoding="utf-8")
    assert "bob" in (room.out / "overview.html").read_text(encoding="utf-8")


def test_what_is_unchanged_is_not_run_again(room: Classroom) -> None:
    """Only new and changed answers are; and what two students have alike is run once."""
    room.hand_in("ada", double=RIGHT)
    room.hand_in("bob", double=RIGHT)
    answers = room.summary()["answers"]
    assert (answers["ran"], answers["reused"], answers["unchanged"]) == (2, 2, 0)
    room.hand_in("bob", double=SQUARED)
    room.hand_in("cleo", double=SQUARED)
    pages = {file: file.stat().st_mtime_ns for file in (room.out / "feedback").iterdir()}
    answers = room.summary()["answers"]
    assert (answers["ran"], answers["reused"], answers["unchanged"]) == (1, 2, 3)
    assert room.count().marks["bob", "double"] == 2.0
    ada = room.out / "feedback" / "ada.html"
    assert ada.stat().st_mtime_ns == pages[ada]
    answers = room.summary()["answers"]
    assert (answers["ran"], answers["reused"], answers["unchanged"]) == (0, 0, 6)


def test_an_answer_that_kills_its_graders_is_given_up_and_named(room: Classroom) -> None:
    """After three times it is ungraded, never zero; the others keep their marks."""
    room.hand_in("ada", double=RIGHT, half=HALVED)
    room.hand_in("mallory", double=KILLER, half=HALVED)
    room.hand_in("zoe", double=SQUARED, half=HALVED)
    done = room.grade()
    assert done.returncode == 3
    assert "mallory ch01_tasks/double: its grading process ended 3 times" in done.stdout
    marks = room.count().marks
    assert marks["mallory", "double"] is None
    assert [marks[who, "double"] for who in ("ada", "zoe")] == [4.0, 2.0]
    assert {marks[who, "half"] for who in ("ada", "mallory", "zoe")} == {2.0}
    # It is tried again the next time, since it may have been the machine.
    room.change_grader("if value == 13:", "if value == 14:")
    assert room.summary()["answers"]["ran"] == 1
    assert room.count().marks["mallory", "double"] == 0.0


@pytest.mark.parametrize("whom", ["a grader", "the nursery of all"])
def test_a_grader_process_killed_from_outside_costs_nothing(room: Classroom, whom: str) -> None:
    """What it was at is done again by another."""
    for number in range(12):
        room.hand_in(f"s{number:02}", double=f"{RIGHT}# {number}\n", half=HALVED)
    with room.start("grade", str(room.submissions), "--jobs", "2") as command:
        assert eventually(lambda: room.count().results > 0)
        (nursery,) = _children(command.pid)
        graders = _children(nursery)
        assert len(graders) == 2
        os.kill(graders[0] if whom == "a grader" else nursery, signal.SIGKILL)
        out, err = command.communicate()
    assert command.returncode == 0, err
    assert "12 submissions." in out
    assert set(room.count().marks.values()) == {4.0, 2.0}


def test_killing_everything_loses_only_what_was_under_way(room: Classroom) -> None:
    """Results are durable at once, the next run does the rest and no more, nothing stays alive."""
    for number in range(30):
        room.hand_in(f"s{number:02}", double=f"{RIGHT}# {number}\n")
    before = descendants()
    with room.start("grade", str(room.submissions)) as command:
        assert eventually(lambda: room.count().results > 3)
        own = descendants() - before
        command.kill()
    assert eventually(lambda: not any(map(is_alive, own)))
    saved = room.count().results
    answers = room.summary()["answers"]
    # One result is shared by everybody: the exercise that nobody handed in.
    assert answers["ran"] == 31 - saved
    assert room.count().results == 31
    assert [mark for (_, name), mark in room.count().marks.items() if name == "double"] == [
        4.0
    ] * 30


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_keeps_what_it_has(room: Classroom, how: signal.Signals) -> None:
    """It stops at once, enters the marks that there are, and says how to go on."""
    room.hand_in("ada", double=RIGHT, half=HALVED)
    room.hand_in("slow", double=SQUARED, half=SLEEPER)
    with room.start("grade", str(room.submissions)) as command:
        assert eventually(lambda: room.count().answers == 3)
        command.send_signal(how)
        out, err = command.communicate()
    assert command.returncode == 2
    assert "Interrupted: 1 of 2 submissions are graded and saved." in err
    assert "The same command goes on from there." in err
    assert "Traceback" not in out + err
    assert room.count().marks["ada", "double"] == 4.0
    room.hand_in("slow", half=HALVED)
    assert room.summary()["answers"]["ran"] == 0  # ada's answer was the same
    assert room.count().marks["slow", "half"] == 2.0


def test_a_broken_grader_costs_nobody_marks(room: Classroom) -> None:
    """Its exercise is ungraded with the author's fault named; the other exercise is graded."""
    room.hand_in("ada", double=RIGHT, half=HALVED)
    room.change_grader("close(value, 6)", "close(value, 6 / 0)")
    done = room.grade()
    assert done.returncode == 3
    assert "ZeroDivisionError" in done.stdout
    assert room.count().marks == {("ada", "double"): None, ("ada", "half"): 2.0}


def test_nothing_is_graded_below_the_level_asked_for(room: Classroom) -> None:
    """A weak sandbox is refused with the remedy, and no result is stored."""
    room.hand_in("ada", double=RIGHT)
    weak = """
        import torchgrade.grading.nursery as nursery
        nursery._CODE = (
            "import sys; sys.path.insert(0, sys.argv[1])\\n"
            "import torchgrade.grading.main as main\\n"
            "from torchgrade.sandbox.levels import Level\\n"
            "from torchgrade.sandbox.server import ForkServer\\n"
            "main.ForkServer = lambda: ForkServer(Level.PROCESS)\\n"
        ) + nursery._CODE
    """
    done = room.run("grade", str(room.submissions), before=weak)
    assert done.returncode == 4
    assert "only at level process; jail is asked for" in done.stderr
    assert "docs/sandbox.md" in done.stderr
    assert room.count().results == 0
    assert (
        room.run("grade", str(room.submissions), "--sandbox", "process", before=weak).returncode
        == 0
    )


def test_who_can_not_be_told_is_listed(room: Classroom) -> None:
    """So is a file that is called like no exercise; whatever can be graded is."""
    room.hand_in("ada", double=RIGHT, halve=HALVED)
    (room.submissions / "notes.txt").write_text("hello", encoding="utf-8")
    done = room.grade()
    assert done.returncode == 0
    assert "notes.txt: " in done.stdout
    assert "ada: called like no exercise: halve.py" in done.stdout
    assert room.count().marks == {("ada", "double"): 4.0, ("ada", "half"): 0.0}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("/nowhere",), "/nowhere"),
        ((".", "ch07"), "There is no exercise or chapter called ch07"),
        ((".", "--roster", "nobody.csv"), "nobody.csv"),
        ((".", "--db", "nosuch://x"), "nosuch"),
        ((".", "--form", "piles"), "piles"),
    ],
)
def test_wrong_use_exits_with_4(room: Classroom, words: tuple[str, ...], told: str) -> None:
    """With what was wrong; nothing is graded."""
    done = room.run("grade", *words)
    assert done.returncode == 4, done.stdout
    assert told in done.stderr
    assert "Traceback" not in done.stderr


# --- regrading


def test_a_mended_grader_changes_marks_only_when_told(room: Classroom) -> None:
    """Who, from what, to what and why is shown; nothing counts before it is confirmed."""
    room.hand_in("ada", double=RIGHT, half=HALVED)
    room.hand_in("bob", double=SQUARED, half=HALVED)
    room.grade()
    room.change_grader("close(student.f(0), 0)", "close(abs(student.f(0)), 0)")
    stale = room.summary()["answers"]
    assert (stale["ran"], stale["stale"]) == (0, 2)
    room.change_grader("close(value, 6)", "close(value, 7)")
    shown = room.run("regrade")
    assert shown.returncode == 0, shown.stderr
    assert "Nothing has changed yet: repeat with --yes." in shown.stderr
    assert room.count().marks["ada", "double"] == 4.0
    (change,) = json.loads(room.run("regrade", "--json").stdout)["changes"]
    assert (change["student"], change["from"], change["to"]) == ("ada", 4.0, 2.0)
    assert change["tests"] == [{"test": "test_small", "from": "passed", "to": "failed"}]
    done = room.run("regrade", "--yes")
    assert "1 mark changes: 0 up, 1 down." in done.stdout
    marks = room.count().marks
    assert [marks[who, "double"] for who in ("ada", "bob")] == [2.0, 2.0]
    assert {marks[who, "half"] for who in ("ada", "bob")} == {2.0}
    assert "Every result is by the present grader" in room.run("regrade").stdout


def test_marks_that_a_person_gave_are_kept(room: Classroom) -> None:
    """Grading again and regrading change the grader's mark beneath, and say so."""
    room.hand_in("ada", double=RIGHT, half=HALVED)
    room.grade()
    with Gradebook(f"sqlite:///{room.database}") as gradebook:
        grade = gradebook.find_grade("test_double", "ch01", "ch01", "ada")
        grade.manual_score, grade.extra_credit = 3.5, 0.25
        gradebook.db.commit()
    room.change_grader("close(value, 6)", "close(value, 7)")
    done = room.run("regrade", "--yes")
    assert "a person’s mark stays" in " ".join(done.stdout.split())
    with Gradebook(f"sqlite:///{room.database}") as gradebook:
        grade = gradebook.find_grade("test_double", "ch01", "ch01", "ada")
        assert (grade.auto_score, grade.manual_score, grade.extra_credit) == (2.0, 3.5, 0.25)
        assert grade.score == 3.5 + 0.25


def test_an_interrupted_regrade_changes_no_mark(room: Classroom) -> None:
    """What was graded again is kept for the next time."""
    room.hand_in("ada", double=RIGHT)
    room.hand_in("bob", double=SQUARED)
    room.grade()
    before = room.count()
    value = "value = student.f(3)"
    room.change_grader(value, f"{value}\n    import time; time.sleep(600 * (value == 6))")
    with room.start("regrade", "--yes") as command:
        assert eventually(lambda: bool(_children(command.pid)))
        time.sleep(3)
        command.send_signal(signal.SIGINT)
        _, err = command.communicate()
    assert command.returncode == 2
    assert "no mark has changed" in err
    assert room.count().marks == before.marks


def _children(pid: int) -> list[int]:
    file = Path(f"/proc/{pid}/task/{pid}/children")
    found = file.read_text(encoding="ascii").split()
    # Grader processes are started by threads of the command.
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += (task / "children").read_text(encoding="ascii").split()
    return sorted(set(map(int, found)))
