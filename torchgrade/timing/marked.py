"""Which exercises have timed tests, told from their graders without running them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

__all__ = ["is_timed"]

_TIMED: Final = re.compile(rb"^@timed\b", re.MULTILINE)


def is_timed(grader: Path) -> bool:
    """Whether a test in the file is marked `torchgrade.authoring.timed`."""
    try:
        return _TIMED.search(grader.read_bytes()) is not None
    except OSError:
        return False
