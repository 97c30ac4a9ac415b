"""What torch imports late, and slowly, is imported once for many and not in each process."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from torchgrade.sandbox import server
from torchgrade.sandbox.client import ModuleSource, Sandbox, StudentProcess
from torchgrade.sandbox.levels import SLOW_IMPORTS, Level, Limits
from torchgrade.sandbox.server import ForkServer

SYMBOLS, COMPILER = SLOW_IMPORTS
# The first makes torch import what is told of here; the second says it and does not do it.
_SOURCE = f"""
import sys
import torch

begun_with = {SYMBOLS!r} in sys.modules, {COMPILER!r} in sys.modules

def needs_it():
    torch.broadcast_shapes((1,), (2,))
    return begun_with

def needs_nothing():
    return begun_with

def lies():
    sys.modules[{COMPILER!r}] = sys
    return begun_with

def takes(size):
    return len(bytearray(size))
"""


@pytest.fixture
def student() -> Iterator[Callable[[], StudentProcess]]:
    """Makes students of one fork server."""
    with ForkServer() as forks:
        assert forks.level is not Level.PROCESS
        begun = []

        def make() -> StudentProcess:
            begun.append(Sandbox(forks).spawn(Limits(memory=200 << 20)))
            begun[-1].load(ModuleSource(_SOURCE, "answer.py", "answer"), seed=0)
            return begun[-1]

        yield make
        for process in begun:
            process.end()


def test_what_two_needed_later_ones_begin_with(student: Callable[[], StudentProcess]) -> None:
    """One process that needs it changes nothing; after two, the next need not import it."""
    assert student().call("needs_it").value == (False, False)
    assert student().call("needs_it").value == (False, False)
    assert student().call("needs_it").value == (True, False)


def test_it_takes_nothing_off_the_limit_of_memory(student: Callable[[], StudentProcess]) -> None:
    """The limit is for what an answer takes, whatever the server has imported."""
    for _ in range(2):
        student().call("lies")  # of what takes most
    later = student()
    assert later.call("lies").value == (True, True)
    # The limit, and most of the room that each process has for values on their way.
    assert later.call("takes", [230 << 20]).value == 230 << 20


def test_nobody_is_harmed_by_lies(student: Callable[[], StudentProcess]) -> None:
    """Who pretends to have needed it only makes the server import what torch itself would."""
    for _ in range(2):
        assert student().call("lies").value == (False, False)
    assert student().call("lies").value == (True, True)


def test_what_few_need_is_left_to_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """All later processes would take longer; more than one in so many makes it worth that."""
    monkeypatch.setattr(server, "_RARE", 3)
    answer = ModuleSource(_SOURCE, "answer.py", "answer")
    known = []
    with ForkServer() as forks:
        for name in ("needs_it", *["needs_nothing"] * 5, *["needs_it", "needs_nothing"] * 2):
            with Sandbox(forks).student(Limits()) as process:
                process.load(answer, seed=0)
                known.append(process.call(name).value)
    assert known == [(False, False)] * 9 + [(True, False)]
