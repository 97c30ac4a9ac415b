"""Zips as attackers and odd programs make them, byte by byte."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

ANSWER = b"x = 1\n"


@dataclass(frozen=True)
class Raw:
    """One member; what is left None follows from ``data``."""

    name: bytes
    data: bytes = ANSWER
    method: int = 8
    flags: int = 0
    packed: bytes | None = None
    size: int | None = None
    crc: int | None = None
    mode: int = 0
    """Unix mode in the external attributes; makes the member one of Unix."""
    extra: bytes = b""
    offset: int | None = None
    """Of its header; the member's own is then not written."""


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def raw_zip(members: Sequence[Raw], *, count: int | None = None) -> bytes:
    """A zip of exactly these members, whatever they say of themselves."""
    body, directory = bytearray(), bytearray()
    for m in members:
        packed = m.packed
        if packed is None:
            packed = deflated(m.data) if m.method == 8 else m.data
        size = len(m.data) if m.size is None else m.size
        crc = zlib.crc32(m.data) if m.crc is None else m.crc
        offset = len(body) if m.offset is None else m.offset
        numbers = (0, 0, crc, len(packed), size, len(m.name))
        if m.offset is None:
            body += struct.pack("<4s5H3L2H", b"PK\3\4", 20, m.flags, m.method, *numbers, 0)
            body += m.name + packed
        made = (3 << 8 | 20) if m.mode else 20
        directory += struct.pack(
            *("<4s6H3L5H2L", b"PK\1\2", made, 20, m.flags, m.method, *numbers),
            *(len(m.extra), 0, 0, 0, m.mode << 16, offset),
        )
        directory += m.name + m.extra
    number = min(len(members), 0xFFFF) if count is None else count
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, number, number, len(directory), len(body), 0)
    return bytes(body + directory + end)


def honest_zip(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def quoted_overlap(name: bytes, size: int) -> bytes:
    """A member whose data are another member: its file header is quoted as stored bytes."""
    inner = raw_zip([Raw(b"inner.txt", b"0" * size)])
    header_and_data = inner[: inner.index(b"PK\1\2")]
    # The outer member's packed data: a stored block that holds the inner header, then the inner
    # member's own deflated data.
    inner_header = 30 + len(b"inner.txt")
    quoted = header_and_data[:inner_header]
    block = struct.pack("<BHH", 0, len(quoted), len(quoted) ^ 0xFFFF) + quoted
    data = quoted + b"0" * size
    outer = Raw(name, data, packed=block + header_and_data[inner_header:])
    start = 30 + len(name) + len(block) - len(quoted)
    return raw_zip([outer, Raw(b"inner.txt", b"0" * size, offset=start)])


def zip64(name: str, data: bytes) -> bytes:
    """A zip with the records for more than 4 GiB, although it is small."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(name, "w", force_zip64=True) as member,
    ):
        member.write(data)
    small = buffer.getvalue()
    at = small.rindex(b"PK\5\6")
    _, _, _, _, count, length, offset, _ = struct.unpack("<4s4H2LH", small[at:])
    # All numbers of the directory's only entry, too, move to its extra field.
    entry = bytearray(small[offset : offset + length])
    packed, size = struct.unpack_from("<2L", entry, 20)
    where = struct.unpack_from("<L", entry, 42)[0]
    extra = struct.pack("<2H3Q", 1, 24, size, packed, where)
    struct.pack_into("<2L", entry, 20, 0xFFFFFFFF, 0xFFFFFFFF)
    struct.pack_into("<L", entry, 42, 0xFFFFFFFF)
    struct.pack_into("<H", entry, 30, len(extra))
    name_end = 46 + len(name.encode())
    directory = bytes(entry[:name_end]) + extra
    record = struct.pack(
        *("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(directory), offset)
    )
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, offset + len(directory), 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return small[:offset] + directory + record + locator + end
