"""Which level is taken where, and what is said of those that do not hold."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from torchgrade.sandbox.client import Sandbox
from torchgrade.sandbox.levels import Level, Limits
from torchgrade.sandbox.server import EngineFault, ForkServer

from .grounds import without_landlock, without_user_namespaces


@pytest.fixture
def landlock(servers: dict[str, ForkServer]) -> None:
    """Skips where the kernel has no Landlock that could be taken away."""
    try:
        _ = servers["landlock"].level
    except EngineFault as error:
        pytest.skip(str(error))


@pytest.mark.usefixtures("landlock")
@pytest.mark.parametrize(
    ("make", "level", "reasons"),
    [
        (without_user_namespaces, Level.LANDLOCK, {"jail": "unshare"}),
        (without_landlock, Level.PROCESS, {"jail": "Landlock", "landlock": "Landlock"}),
    ],
)
def test_the_strongest_that_holds_is_taken(
    make: Callable[[Path], ForkServer], level: Level, reasons: dict[str, str], tmp_path: Path
) -> None:
    """A kernel that lacks something gives the next level, with a reason for each above it."""
    with closing(make(tmp_path)) as server:
        assert server.level is level
        assert set(server.reasons) == set(reasons)
        for name, word in reasons.items():
            assert word in server.reasons[name]


@pytest.mark.parametrize("level", [Level.JAIL, Level.LANDLOCK])
def test_a_level_that_does_not_hold_is_refused(level: Level, tmp_path: Path) -> None:
    """Insisting on a level gives that or an engine fault with the reason, never a weaker one."""
    with (
        closing(without_landlock(tmp_path, level)) as server,
        pytest.raises(EngineFault, match=f"{level.value} .*Landlock"),
    ):
        Sandbox(server).spawn(Limits())


def test_levels_are_ordered() -> None:
    """A level is at least itself and every weaker one."""
    assert Level.JAIL.at_least(Level.LANDLOCK)
    assert Level.LANDLOCK.at_least(Level.PROCESS)
    assert Level.PROCESS.at_least(Level.PROCESS)
    assert not Level.PROCESS.at_least(Level.LANDLOCK)
    assert not Level.LANDLOCK.at_least(Level.JAIL)


def test_a_server_that_never_came_up() -> None:
    """Spawning from a server that was closed before it was ready is an engine fault."""
    server = ForkServer(Level.PROCESS)
    server.start()
    server.close()
    assert server.closed
    with pytest.raises(EngineFault):
        Sandbox(server).spawn(Limits())
