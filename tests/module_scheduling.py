"""Which tests pytest-xdist runs in the same process: those that share what their module made.

xdist's own mark for that, ``xdist_group``, is without effect in pytest 9.2, where what a module
makes once would be made in each process.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from xdist.scheduler import LoadGroupScheduling  # type: ignore[import-untyped]  # it has no types

__all__ = ["ModuleScheduling"]

_SHARED = re.compile(r'^@pytest\.fixture\(scope="module"', re.MULTILINE)


class ModuleScheduling(LoadGroupScheduling):  # type: ignore[misc]  # of a class without types
    """Hands out modules that have a fixture of their scope as a whole, other tests one by one."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if _shares(self.config.rootpath / file) else nodeid


@cache
def _shares(file: Path) -> bool:
    return _SHARED.search(file.read_text(encoding="utf-8")) is not None
