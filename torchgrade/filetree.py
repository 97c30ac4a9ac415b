"""A tree of files, wherever it lies: read by exact names, never run and never written.

`Tree` is what a folder, the inside of a zip and a place on a server have in common;
`torchgrade.submission` finds answers in any of them. `Folder` is the one on this machine.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from torchgrade.errors import N_

__all__ = ["Entry", "Folder", "Kind", "Reason", "Tree", "read_within"]


class Reason(StrEnum):
    """Why a file can't be used; each is a message of the catalogue."""

    TOO_LARGE = N_("it is larger than 1 MiB")
    FOLDER = N_("it is a folder, not a file")
    SPECIAL = N_("it is not a regular file")
    LINK = N_("it is a link that leads out of the submitted folder")
    LINK_LOOP = N_("it is a link that leads to itself")
    PERMISSION = N_("there is no permission to read it")
    SYSTEM = N_("the operating system could not read it")
    NUL = N_("it contains NUL bytes, so it is not Python source")
    UTF16 = N_("it is saved as UTF-16; save it as UTF-8")
    NOT_TEXT = N_("it is not text in UTF-8 or in the encoding that it declares")
    ENCODING = N_("it declares an encoding that is not supported; save it as UTF-8")

    # Of a zip, or of what lies in one.
    NOT_ZIP = N_("it is not a whole zip file; upload it again")
    DAMAGED = N_("it is damaged within its zip file; make the zip again")
    ENCRYPTED = N_("it is encrypted; make the zip without a password")
    METHOD = N_("its zip file uses a rare compression; make the zip again with the usual one")
    BOMB = N_("it unpacks to far more than it should")
    OVERLAP = N_("it shares its bytes with another file of the zip")
    DUPLICATE = N_("the zip holds it twice under the same name")
    OUTSIDE = N_("its name in the zip leads out of the zip")
    NAME = N_("its name in the zip can't be used")
    LINK_IN_ZIP = N_("it is a link in a zip, and those are not followed")
    NESTED = N_("it is a zip within a zip within a zip; hand in the files themselves")
    TOO_MANY_FILES = N_("it holds more than 20,000 files; hand in only the answers")
    ZIP_TOO_LARGE = N_("it is larger than 64 MiB; hand in only the answers")
    TOO_MUCH = N_("the whole submission is larger than 128 MiB; hand in only the answers")

    # Of a notebook.
    NOT_NOTEBOOK = N_("it is not a notebook that Jupyter could open")
    NOTEBOOK_FORMAT = N_(
        "it is a notebook of another format than 3 and 4; open it in a current Jupyter and save it"
    )
    NOTEBOOK_TOO_LARGE = N_("it is a notebook larger than 32 MiB; clear its outputs and save it")
    CELL_TWICE = N_("its answer cell is in the notebook more than once, with different contents")

    # Of a submission.
    SEVERAL = N_("it was handed in more than once, in versions that differ")
    AMBIGUOUS = N_("its name fits exercises of several chapters")

    @property
    def set_aside(self) -> bool:
        """Whether a person has to look at it: the answer may be a good one.

        Notebooks are damaged by tools and by accidents as often as by those who wrote them.
        """
        return self in _SET_ASIDE


_SET_ASIDE: Final = frozenset(
    {
        Reason.NOT_NOTEBOOK,
        Reason.NOTEBOOK_FORMAT,
        Reason.NOTEBOOK_TOO_LARGE,
        Reason.CELL_TWICE,
    }
)
_REASONS: Final[Mapping[int | None, Reason]] = {
    errno.EACCES: Reason.PERMISSION,
    errno.EPERM: Reason.PERMISSION,
    errno.ELOOP: Reason.LINK_LOOP,
    errno.ENXIO: Reason.SPECIAL,  # what opening a socket gives
}


class Kind(Enum):
    """What a name in a folder stands for."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    SPECIAL = "special"


class Entry(NamedTuple):
    name: str
    kind: Kind


class Tree(Protocol):
    """A folder and all below it.

    A path is relative to it, joined by ``/``, and empty for itself. Whatever the names in it are,
    a tree never looks outside itself.
    """

    @property
    def name(self) -> str:
        """What the folder itself is called."""

    def place(self, path: str = "") -> Path:
        """Where ``path`` lies or would lie, for display only."""

    def entries(self, path: str = "") -> Sequence[Entry]:
        """What lies directly in the folder ``path``, by name; nothing if there is no folder."""

    def is_folder(self, path: str) -> bool:
        """Whether ``path`` is a folder, or a link to one."""

    def holds(self, path: str) -> bool:
        """Whether there is anything at ``path``, usable or not."""

    def read(self, path: str, limit: int) -> bytes | Reason | None:
        """The contents of the file at ``path``, or why they can't be used; None if there is none.

        More than ``limit`` bytes are `Reason.TOO_LARGE`.
        """

    def child(self, name: str) -> Tree:
        """The folder ``name`` directly in this one, as a tree of its own.

        It must be one of `entries` and no link.
        """


@dataclass(frozen=True)
class Folder:
    """A folder on this machine; implements `Tree`."""

    path: Path
    """Links below it may lead to anything in it and to nothing else."""

    @property
    def name(self) -> str:
        return self.path.resolve().name

    @cached_property
    def _fence(self) -> str:
        return os.path.realpath(self.path)

    def place(self, path: str = "") -> Path:
        return self.path / path

    def entries(self, path: str = "") -> Sequence[Entry]:
        folder = os.path.join(self.path, path)
        # Names in a folder are no secret, but what lies in another student's would be read.
        if path and not _is_within(os.path.realpath(folder), self._fence):
            return []
        try:
            with os.scandir(folder) as found:
                return sorted(Entry(entry.name, _kind(entry)) for entry in found)
        except OSError:
            return []

    def is_folder(self, path: str) -> bool:
        return os.path.isdir(os.path.join(self.path, path))

    def holds(self, path: str) -> bool:
        return os.path.lexists(os.path.join(self.path, path))

    def read(self, path: str, limit: int) -> bytes | Reason | None:
        return read_within(os.path.join(self.path, path), self._fence, limit)

    def child(self, name: str) -> Folder:
        return Folder(self.path / name)


def _kind(entry: os.DirEntry[str]) -> Kind:
    if entry.is_symlink():
        return Kind.LINK
    if entry.is_dir(follow_symlinks=False):
        return Kind.FOLDER
    return Kind.FILE if entry.is_file(follow_symlinks=False) else Kind.SPECIAL


def read_within(path: str, fence: str, limit: int) -> bytes | Reason | None:
    """As `Tree.read`; ``path`` must not lead out of ``fence``, which is free of links itself."""
    try:
        target = os.path.realpath(path, strict=True)
        return _bytes(target, limit) if _is_within(target, fence) else Reason.LINK
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return _REASONS.get(error.errno, Reason.SYSTEM)


def _is_within(target: str, fence: str) -> bool:
    return target == fence or target.startswith(os.path.join(fence, ""))


def _bytes(path: str, limit: int) -> bytes | Reason:
    """The contents of a regular file. Never waits for a FIFO or device."""
    if stat.S_ISDIR(os.stat(path).st_mode):
        return Reason.FOLDER
    # The path has no links left. Should one have appeared since, it is not followed; and what is
    # looked at is what was opened.
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"):
        flags |= getattr(os, name, 0)
    descriptor = os.open(path, flags)
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return Reason.SPECIAL
        # Asking for the limit would make room for all of it beforehand.
        data = stream.read(min(limit, status.st_size) + 1)
        if len(data) > status.st_size:  # it has grown
            data += stream.read(limit + 1 - len(data))
    return data if len(data) <= limit else Reason.TOO_LARGE
