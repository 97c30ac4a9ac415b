"""Fixtures that several test files share."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.chromium import browser
from tests.grading import Engine
from tests.ten_exercises import ten_exercises
from torchgrade.course import Course

__all__ = ["browser", "engine", "ten"]

# Making jsonschema's parser of IRIs takes seconds of each process that has nbgrader, and nothing
# here holds an IRI. None says that there is no such module.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

# What a script's shell runs in the background ignores Ctrl-C, and so would every command that is
# started and interrupted here.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """One fork server for the whole run; starting one costs an `import torch`."""
    shared = Engine()
    yield shared
    shared.server.close()


@pytest.fixture(scope="session")
def ten(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Real exercises, of which there are always ten."""
    return ten_exercises(tmp_path_factory.mktemp("ten") / "course")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With ``--dist loadgroup``: what a module makes for its tests is made once."""
    if config.getvalue("dist") != "loadgroup":
        return None
    from tests.module_scheduling import ModuleScheduling

    return ModuleScheduling(config, log)
