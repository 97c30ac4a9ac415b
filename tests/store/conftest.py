"""Each test of the store runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store import postgresql


@pytest.fixture(scope="session")
def server() -> Iterator[postgresql.PostgreSQL]:
    """One PostgreSQL for the whole run; every test gets a database of its own."""
    binaries = postgresql.find_binaries()
    if binaries is None:
        if os.environ.get("CI"):
            pytest.fail("there is no PostgreSQL here; .ci/run installs it")
        pytest.skip("there is no PostgreSQL here")
    with postgresql.server(binaries) as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return str(tmp_path / "gradebook.db")
    running: postgresql.PostgreSQL = request.getfixturevalue("server")
    return running.new_database()
