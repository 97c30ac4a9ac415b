"""Two students at once know nothing of each other, and each starts from nothing."""

from __future__ import annotations

import os
from pathlib import Path

from .grounds import BARE, Ground

_SOURCE = (Path(__file__).parent / "attempts.py").read_text(encoding="utf-8")


def test_their_folders_are_apart(ground: Ground) -> None:
    """What one writes the other can't read, change or even name (but on a bare kernel)."""
    first, second = ground.student(_SOURCE), ground.student(_SOURCE)
    folder = first.call("where_am_i").value
    assert isinstance(folder, str)
    assert first.call("create_file", [f"{folder}/answer"]).value == 4
    told = [
        second.call("read_file", [f"{folder}/answer"]).value,
        second.call("write_file", [f"{folder}/answer"]).value,
        second.call("create_file", [f"{folder}/planted"]).value,
    ]
    if ground.name == BARE:
        assert told == [b"mine", 4, 4]
    elif ground.jailed:
        # The same path, and another folder.
        assert told == [["refused", "ENOENT"], ["refused", "ENOENT"], 4]
        assert first.call("list_folder", [folder]).value == ["answer"]
    else:
        assert told == [["refused", "EACCES"]] * 3


def test_neither_sees_the_other(ground: Ground) -> None:
    """In a jail each believes itself alone; elsewhere nothing of the other can be read."""
    first, second = ground.student(_SOURCE), ground.student(_SOURCE)
    if ground.jailed:
        assert first.call("my_id").value == second.call("my_id").value == 1
        assert second.call("processes_seen").value == [1]
    elif ground.name != BARE:
        told = second.call("process_files", [first.pid]).value
        assert isinstance(told, dict)
        assert all(answer[0] == "refused" for answer in told.values())


def test_a_fresh_process_knows_nothing_of_the_last(ground: Ground) -> None:
    """Modules, files, globals and random numbers start anew for each process."""
    source = """
    import os, random, sys, tempfile
    import torch
    seen = getattr(torch, "left_behind", None), os.listdir("."), os.listdir(tempfile.gettempdir())
    numbers = torch.rand(3).tolist(), random.random()
    torch.left_behind = 1
    open("left_behind", "w").close()
    def f():
        return seen, numbers
    """
    first = ground.student(source).call("f").value
    second = ground.student(source).call("f").value
    assert first == second
    assert first[0] == (None, [], [])  # type: ignore[index]  # a tuple


def test_nothing_of_the_engine_is_beside_student_code(ground: Ground) -> None:
    """No grader, course, result or test runner is loaded, and none can be imported."""
    source = """
    import sys
    def loaded():
        return sorted(name for name in sys.modules if name.split(".")[0] in {names!r})
    def imported(name):
        try:
            __import__(name)
        except ImportError:
            return "absent"
        return "there"
    def folders():
        return [entry for entry in sys.path]
    """.replace("{names!r}", repr(("torchgrade", "pytest", "_pytest", "hypothesis", "click")))
    student = ground.student(source)
    loaded = student.call("loaded").value
    assert isinstance(loaded, list)
    assert not set(loaded) - {
        "torchgrade",
        "torchgrade.sandbox",
        *(f"torchgrade.sandbox.{name}" for name in ("gpus", "jail", "levels", "linux", "seccomp")),
        *(f"torchgrade.sandbox.{name}" for name in ("late_imports", "wire", "worker", "zygote")),
    }
    for name in ("torchgrade.authoring", "torchgrade.course", "cli", "graders", "conftest"):
        assert student.call("imported", [name]).value == "absent", name
    folders = student.call("folders").value
    assert isinstance(folders, list)
    assert str(Path(__file__).parents[2]) not in folders
    assert "" not in folders
    assert os.getcwd() not in folders
