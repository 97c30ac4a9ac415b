"""One fork server for each level, shared by all tests here."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from torchgrade.sandbox.server import EngineFault, ForkServer

from .grounds import NAMES, Ground, server_for

_CANARY = "canary-4f1d"


@pytest.fixture(scope="session")
def canary() -> str:
    """A word that stands in the environment of whoever starts the fork servers."""
    return _CANARY


@pytest.fixture(scope="session")
def servers(
    tmp_path_factory: pytest.TempPathFactory, canary: str
) -> Iterator[dict[str, ForkServer]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TORCHGRADE_TEST_SECRET", canary)
        # Begun at once and waited for where they are used, since each imports torch.
        started = {name: server_for(name, tmp_path_factory.mktemp(name)) for name in NAMES}
    yield started
    for server in started.values():
        server.close()


@pytest.fixture(params=NAMES)
def ground(request: pytest.FixtureRequest, servers: dict[str, ForkServer]) -> Iterator[Ground]:
    """Each level in turn; skipped, with the probe's reason, where it does not hold."""
    server = servers[request.param]
    try:
        _ = server.level
    except EngineFault as error:
        pytest.skip(str(error))
    with Ground(request.param, server).cleared() as found:
        yield found


@pytest.fixture(scope="session")
def neighbour(canary: str) -> Iterator[int]:
    """The id of another process of the same user, with the canary among its arguments."""
    command = [sys.executable, "-I", "-c", "input()", canary]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        yield process.pid
        assert process.poll() is None, "student code has ended a process of the user's"
        process.kill()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file of the caller's, as a grader or an answer would be."""
    file = tmp_path / "course" / "graders" / "test_secret.py"
    file.parent.mkdir(parents=True)
    file.write_text("answer = 42\n", encoding="ascii")
    return file
