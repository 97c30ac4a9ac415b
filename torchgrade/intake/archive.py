"""The inside of a zip as a tree of files: read by exact member names under caps, never extracted.

The directory of a zip and the headers of its members are written by whoever made it, and every
number and name in them may lie. So they are read here, from bytes, with a bound on each step; a
member that is odd keeps its name and gets a reason, and a zip that is odd as a whole is refused
with one.
"""

from __future__ import annotations

import re
import stat
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

from torchgrade.filetree import Entry, Kind, Reason
from torchgrade.intake.store import Store
from torchgrade.report.inert import one_line

__all__ = ["CLASS_CAPS", "STUDENT_CAPS", "Archive", "ArchiveError", "Caps", "Member", "open_zip"]


class Caps(NamedTuple):
    """How much of a zip's directory is read."""

    members: int
    directory: int
    """Bytes."""


STUDENT_CAPS: Final = Caps(20_000, 8 * 1024**2)
"""For a zip that one student made."""
CLASS_CAPS: Final = Caps(1_000_000, 256 * 1024**2)
"""For what a learning management system or an instructor made of a whole class."""

BOMB_SIZE: Final = 1024**2
BOMB_RATIO: Final = 250
"""A member larger than `BOMB_SIZE` must not unpack to more than this many times its packed size."""

_END: Final = struct.Struct("<4s4H2LH")
_END_MARK: Final = b"PK\5\6"
_END64: Final = struct.Struct("<4sQ2H2L4Q")
_END64_MARK: Final = b"PK\6\6"
_LOCATOR: Final = struct.Struct("<4sLQL")
_LOCATOR_MARK: Final = b"PK\6\7"
_ENTRY: Final = struct.Struct("<4s6H3L5H2L")
_ENTRY_MARK: Final = b"PK\1\2"
_HEADER: Final = struct.Struct("<4s5H3L2H")
_HEADER_MARK: Final = b"PK\3\4"
_USUAL_NAMES: Final = 512
"""Bytes between header and contents that are read along, so that one access is enough."""
_LONGEST_COMMENT: Final = 0xFFFF
_ALL_ONES: Final = 0xFFFFFFFF

_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
_UTF8: Final = 0x800
_STORED, _DEFLATED = 0, 8
_UNIX, _MACOS = 3, 19
_ZIP64_EXTRA: Final = 0x0001
_UNIX_EXTRA: Final = 0x000D
_UNICODE_PATH_EXTRA: Final = 0x7075
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


class ArchiveError(Exception):
    """The zip can't be used as a whole."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class Member(NamedTuple):
    """One entry of a zip's directory."""

    shown: str
    """Its full name, harmless to print."""
    offset: int
    packed: int
    size: int
    crc: int
    method: int
    problem: Reason | None
    """Why it is not read; `Reason.FOLDER` for a folder."""


@dataclass(frozen=True)
class Archive:
    """A folder within a zip (or the whole of it); implements `Tree`."""

    store: Store
    at: Path
    """Where the zip lies, for display."""
    prefix: str
    """What the members' names begin with, for display; empty or ending with ``/``."""
    members: Mapping[str, Member]
    """By name without the prefix, in which ``/`` separates plain parts."""
    unsafe: Mapping[str, Member] = field(default_factory=dict)
    """Members whose names can't be used, by what would be left if the bad parts were dropped."""

    @property
    def name(self) -> str:
        return self.prefix.rstrip("/").rpartition("/")[2]

    def place(self, path: str = "") -> Path:
        member = self.members.get(path) or self.unsafe.get(path)
        return self.at / (member.shown.lstrip("/") if member else one_line(self.prefix + path))

    def entries(self, path: str = "") -> Sequence[Entry]:
        if path:
            first, _, rest = path.partition("/")
            return self.child(first).entries(rest)
        found = dict.fromkeys(self._groups, Kind.FOLDER)
        for name, member in self.members.items():
            if "/" not in name:
                folder = member.problem is Reason.FOLDER
                found.setdefault(name, Kind.FOLDER if folder else Kind.FILE)
        return sorted(Entry(name, kind) for name, kind in found.items())

    def is_folder(self, path: str) -> bool:
        member = self.members.get(path)
        if member is not None and member.problem is Reason.FOLDER:
            return True
        first, slash, rest = path.partition("/")
        return first in self._groups and (not slash or self.child(first).is_folder(rest))

    def holds(self, path: str) -> bool:
        return path in self.members or path in self.unsafe or self.is_folder(path)

    def read(self, path: str, limit: int) -> bytes | Reason | None:
        member = self.members.get(path) or self.unsafe.get(path)
        if member is None:
            return Reason.FOLDER if self.is_folder(path) else None
        return member.problem or _contents(self.store, member, limit)

    def child(self, name: str) -> Archive:
        prefix = f"{self.prefix}{name}/"
        return Archive(self.store, self.at, prefix, self._groups.get(name, {}))

    def only(self, names: Mapping[str, str]) -> Archive:
        """A tree of some of the members under other names: {name there: name here}."""
        members = {there: self.members[here] for there, here in names.items()}
        return Archive(self.store, self.at, self.prefix, members)

    @cached_property
    def _groups(self) -> Mapping[str, Mapping[str, Member]]:
        """The members of each folder, by their names in it."""
        groups: dict[str, dict[str, Member]] = {}
        for name, member in self.members.items():
            first, slash, rest = name.partition("/")
            if slash:
                groups.setdefault(first, {})[rest] = member
        return groups


def open_zip(store: Store, at: Path, caps: Caps) -> Archive:
    """The zip in ``store``. Reads its directory and none of its members.

    Raises `ArchiveError` if it has none that can be read within ``caps``.
    """
    try:
        directory, shift, end = _directory(store, caps)
    except (struct.error, ValueError, OverflowError):
        raise ArchiveError(Reason.NOT_ZIP) from None
    members: dict[str, Member] = {}
    unsafe: dict[str, Member] = {}
    for count, (name, raw_length, member) in enumerate(_entries(directory, shift)):
        if count >= caps.members:
            raise ArchiveError(Reason.TOO_MANY_FILES)
        clean = _clean(name)
        folder = member.problem is Reason.FOLDER
        if clean.problem is not None:
            unsafe.setdefault(clean.name, member._replace(problem=clean.problem))
            continue
        if not clean.name:
            continue  # "./", the folder itself
        if not folder and member.offset + _HEADER.size + raw_length + member.packed > end:
            member = member._replace(problem=member.problem or Reason.DAMAGED)
        before = members.get(clean.name)
        if before is None:
            members[clean.name] = member
        elif not (folder and before.problem is Reason.FOLDER):
            members[clean.name] = before._replace(problem=Reason.DUPLICATE)
    _mark_overlaps(members)
    unsafe = {name: member for name, member in unsafe.items() if name and name not in members}
    return Archive(store, at, "", members, unsafe)


def _directory(store: Store, caps: Caps) -> tuple[bytes, int, int]:
    """The bytes of the directory, by how much offsets in it fall short, and where it begins."""
    size = store.size
    tail_size = min(size, _END.size + _LONGEST_COMMENT + _LOCATOR.size + _END64.size)
    tail = store.read(size - tail_size, tail_size)
    at = tail.rfind(_END_MARK)
    if at < 0:
        raise ArchiveError(Reason.NOT_ZIP)
    _, disk, start_disk, _, count, length, offset, _ = _END.unpack_from(tail, at)
    end = size - tail_size + at
    begins = end - length
    if at >= _LOCATOR.size and tail[at - _LOCATOR.size :].startswith(_LOCATOR_MARK):
        _, _, where, _ = _LOCATOR.unpack_from(tail, at - _LOCATOR.size)
        # What stands in front of the zip moved the record as well; then it is right before.
        nearest = end - _LOCATOR.size - _END64.size
        for position in (where, nearest):
            record = store.read(position, _END64.size) if 0 <= position <= nearest else b""
            if record.startswith(_END64_MARK):
                _, _, _, _, disk, start_disk, _, count, length, offset = _END64.unpack(record)
                begins = position - length
                break
    if disk or start_disk or begins < 0 or begins < offset:
        raise ArchiveError(Reason.NOT_ZIP)
    if count > caps.members or length > caps.directory:
        raise ArchiveError(Reason.TOO_MANY_FILES)
    directory = store.read(begins, length)
    if len(directory) != length:
        raise ArchiveError(Reason.NOT_ZIP)
    return directory, begins - offset, begins


def _entries(directory: bytes, shift: int) -> Iterator[tuple[str, int, Member]]:
    """Name, length of the name in bytes, and member, for each entry of the directory."""
    at = 0
    while at < len(directory):
        if not directory.startswith(_ENTRY_MARK, at):
            raise ArchiveError(Reason.NOT_ZIP)
        entry = _ENTRY.unpack_from(directory, at)
        _, made, _, flags, method, _, _, crc, packed, size = entry[:10]
        name_length, extra_length, comment_length, _, _, attributes, offset = entry[10:]
        at += _ENTRY.size
        raw = directory[at : at + name_length]
        extra = directory[at + name_length : at + name_length + extra_length]
        at += name_length + extra_length + comment_length
        if at > len(directory):
            raise ArchiveError(Reason.NOT_ZIP)
        fields = dict(_extra_fields(extra)) if extra else {}
        problem: Reason | None = None
        if _ALL_ONES in (packed, size, offset):
            try:
                size, packed, offset = _wide(size, packed, offset, fields.get(_ZIP64_EXTRA, b""))
            except struct.error:
                problem = Reason.DAMAGED
        name = _decoded(raw, flags, fields)
        folder = name.endswith(("/", "\\"))
        mode = attributes >> 16 if made >> 8 in (_UNIX, _MACOS) else 0
        link = stat.S_ISLNK(mode) or len(fields.get(_UNIX_EXTRA, b"")) > 12
        if folder:
            problem = Reason.FOLDER
        elif link:
            problem = Reason.LINK_IN_ZIP
        elif stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            problem = Reason.SPECIAL
        elif flags & _ENCRYPTED:
            problem = Reason.ENCRYPTED
        elif method not in (_STORED, _DEFLATED):
            problem = Reason.METHOD
        member = Member(one_line(name), offset + shift, packed, size, crc, method, problem)
        yield name, name_length, member


def _extra_fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        yield kind, extra[at + 4 : at + 4 + length]
        at += 4 + length


def _wide(size: int, packed: int, offset: int, extra: bytes) -> tuple[int, int, int]:
    """The three numbers, those that did not fit into 32 bits taken from ``extra`` in turn."""
    at = 0
    numbers = []
    for number in (size, packed, offset):
        if number == _ALL_ONES:
            (number,) = struct.unpack_from("<Q", extra, at)
            at += 8
        numbers.append(number)
    return numbers[0], numbers[1], numbers[2]


def _decoded(raw: bytes, flags: int, fields: Mapping[int, bytes]) -> str:
    """The name: UTF-8 if it says so or can be, else code page 437, which reads any bytes."""
    if raw.isascii():
        return raw.decode("ascii")
    unicode_path = fields.get(_UNICODE_PATH_EXTRA, b"")
    if not flags & _UTF8 and len(unicode_path) > 5:
        version, crc = struct.unpack_from("<BL", unicode_path)
        if version == 1 and crc == zlib.crc32(raw):
            raw = unicode_path[5:]
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp437")


class _Clean(NamedTuple):
    name: str
    problem: Reason | None


def _clean(name: str) -> _Clean:
    """The name's plain parts joined by ``/``, and why it was not made of these alone."""
    problem: Reason | None = None
    slashed = name.replace("\\", "/")
    if _CONTROL.search(slashed):
        slashed, problem = _CONTROL.sub("", slashed), Reason.NAME
    parts = slashed.split("/")
    if slashed.startswith("/") or ".." in parts or _DRIVE.match(parts[0]):
        parts = [part for part in parts if part != ".." and not _DRIVE.fullmatch(part)]
        problem = problem or Reason.OUTSIDE
    return _Clean("/".join(part for part in parts if part not in ("", ".")), problem)


def _mark_overlaps(members: dict[str, Member]) -> None:
    """Give members whose bytes are also another's their reason: honest zips have none."""
    stored = [(member.offset, name) for name, member in members.items() if member.packed]
    stored.sort()
    for (start, name), (following, other) in pairwise(stored):
        if start + _HEADER.size + members[name].packed > following:
            for overlapping in (name, other):
                member = members[overlapping]
                members[overlapping] = member._replace(problem=member.problem or Reason.OVERLAP)


def _contents(store: Store, member: Member, limit: int) -> bytes | Reason:
    if member.size > limit:
        return Reason.TOO_LARGE
    if member.size > BOMB_SIZE and member.size > BOMB_RATIO * member.packed:
        return Reason.BOMB
    # Deflate stores what it can't pack and adds little to it.
    if member.packed > member.size + member.size // 100 + 1024:
        return Reason.DAMAGED
    head = store.read(member.offset, _HEADER.size + _USUAL_NAMES + member.packed)
    if len(head) < _HEADER.size or not head.startswith(_HEADER_MARK):
        return Reason.DAMAGED
    name_length, extra_length = _HEADER.unpack_from(head)[-2:]
    begins = _HEADER.size + name_length + extra_length
    packed = head[begins : begins + member.packed]
    if name_length + extra_length > _USUAL_NAMES:
        packed = store.read(member.offset + begins, member.packed)
    if len(packed) != member.packed:
        return Reason.DAMAGED
    data = packed
    if member.method == _DEFLATED:
        try:
            # One byte more than there should be is enough to notice.
            data = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, member.size + 1)
        except zlib.error:
            return Reason.DAMAGED
    if len(data) != member.size or zlib.crc32(data) != member.crc:
        return Reason.DAMAGED
    return data
