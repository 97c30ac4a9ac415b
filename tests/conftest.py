"""Fixtures that several test files share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from tests.chromium import browser
from tests.grading import Engine

__all__ = ["browser", "engine"]


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """One fork server for the whole run; starting one costs an `import torch`."""
    shared = Engine()
    yield shared
    shared.server.close()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Run tests that share what was made for their module in one process, which makes it once."""
    for item in items:
        known = getattr(item, "_fixtureinfo", None)
        definitions = () if known is None else known.name2fixturedefs.values()
        if any(found[-1].scope == "module" for found in definitions):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
