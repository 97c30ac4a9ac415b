"""Fixtures that several test files share."""

from __future__ import annotations

from collections.abc import Iterator

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
