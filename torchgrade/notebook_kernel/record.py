"""Which cells ran in this kernel, and what stood in them."""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

__all__ = ["Cell", "Ran", "Record"]

_DEFINITION: Final = re.compile(r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.MULTILINE)


class Cell(Protocol):
    """What IPython tells of a cell that is about to run."""

    @property
    def raw_cell(self) -> str: ...

    @property
    def cell_id(self) -> str | None: ...


@dataclass(frozen=True)
class Ran:
    source: str
    cell: str | None = None
    """nbformat's id of the cell, if the front end tells it: JupyterLab does, nbclient doesn't."""
    at: float = 0.0
    """Seconds since the epoch; 0 if nobody knows."""


class Record:
    """The cells that ran, each as it ran last."""

    def __init__(self) -> None:
        self._cells: dict[tuple[str | None, str], Ran] = {}

    def __iter__(self) -> Iterator[Ran]:
        """In the order in which they ran last."""
        return iter(self._cells.values())

    def note(self, cell: Cell) -> None:
        """A cell is about to run: it counts even if it never ends or is no Python."""
        self._add(Ran(cell.raw_cell, cell.cell_id, time.time()))

    def remember(self, sources: Iterable[str]) -> None:
        """Cells that ran before anybody took notes, in order."""
        for source in sources:
            self._add(Ran(source))

    def last_of(self, cells: Collection[str]) -> Ran | None:
        """What ran last in one of the cells with these ids."""
        return self._last(ran for ran in self if ran.cell in cells)

    def last_defining(self, names: Collection[str]) -> Ran | None:
        """Of the cells that define most of ``names`` the last one, if any defines one of them.

        It need not be valid Python: what can't be compiled is an answer too.
        """
        found = [(len(_defined(ran.source) & set(names)), ran) for ran in self]
        most = max((count for count, _ in found), default=0)
        return self._last(ran for count, ran in found if count == most and count)

    def defined_since(self, first: Ran, names: Collection[str]) -> Sequence[Ran]:
        """The cells that ran after ``first`` and define any of ``names``."""
        order = list(self)
        later = order[order.index(first) + 1 :]
        return [ran for ran in later if not _defined(ran.source).isdisjoint(names)]

    def last_with(self, source: str) -> Ran | None:
        """The last cell that was ``source``, but for white space around it."""
        return self._last(ran for ran in self if ran.source.strip() == source.strip())

    @property
    def names_cells(self) -> bool:
        """Whether the front end tells which cell it runs."""
        return any(ran.cell for ran in self)

    @staticmethod
    def _last(found: Iterable[Ran]) -> Ran | None:
        last = None
        for last in found:  # noqa: B007 - the last one is what is wanted
            pass
        return last

    def _add(self, ran: Ran) -> None:
        # A cell with an id is one cell, whatever stood in it before.
        key = (ran.cell, "" if ran.cell else ran.source)
        self._cells.pop(key, None)
        self._cells[key] = ran


def _defined(source: str) -> frozenset[str]:
    """Functions and classes at the top level of a cell, which may be no valid Python."""
    return frozenset(_DEFINITION.findall(source))
