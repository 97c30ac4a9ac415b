"""Bytes that can be read from any position: of a local file, of a file at a URL, in memory."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from torchgrade.errors import N_, UserError

__all__ = ["LocalFile", "Memory", "RemoteFile", "Store", "StoreError"]


class StoreError(UserError):
    """What was there when reading began is there no more. Nobody's submission is to blame."""


class Store(Protocol):
    """Light enough to be sent to another process, which then reads for itself."""

    @property
    def size(self) -> int: ...

    def read(self, offset: int, count: int) -> bytes:
        """Fewer than ``count`` bytes if they end before; none for an ``offset`` beyond the end.

        Raises `StoreError`.
        """


@dataclass(frozen=True)
class Memory:
    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def read(self, offset: int, count: int) -> bytes:
        return self.data[offset : offset + count]


@dataclass(frozen=True)
class LocalFile:
    path: Path
    size: int
    modified: int
    """In nanoseconds, as the file system tells it."""

    @classmethod
    def at(cls, path: Path) -> LocalFile:
        """Raises `OSError`."""
        status = path.stat()
        return cls(Path(os.path.abspath(path)), status.st_size, status.st_mtime_ns)

    def read(self, offset: int, count: int) -> bytes:
        try:
            with self.path.open("rb") as stream:
                status = os.fstat(stream.fileno())
                if (status.st_size, status.st_mtime_ns) != (self.size, self.modified):
                    raise _changed(self.path)
                if offset >= self.size:
                    return b""
                stream.seek(offset)
                return stream.read(min(count, self.size - offset))
        except OSError as error:
            raise StoreError(
                N_("{path} could not be read: {reason}."),
                N_("Start again when it is there."),
                {"path": self.path, "reason": os.strerror(error.errno or 0)},
            ) from None


@dataclass(frozen=True)
class RemoteFile:
    """A file that fsspec reads."""

    url: str
    size: int
    version: str
    """Whatever the server tells files apart by; empty if it doesn't."""

    @classmethod
    def at(cls, url: str, information: Mapping[str, Any]) -> RemoteFile:
        """``information`` is what fsspec tells of the file, its size at least."""
        return cls(url, information["size"], _version(information))

    def read(self, offset: int, count: int) -> bytes:
        if offset >= self.size or not count:
            return b""
        from fsspec.core import url_to_fs  # type: ignore[import-untyped]  # it has no types

        try:
            files, path = url_to_fs(self.url)
            information = files.info(path)
            if (information["size"], _version(information)) != (self.size, self.version):
                raise _changed(self.url)
            data = files.cat_file(path, start=offset, end=min(offset + count, self.size))
        except StoreError:
            raise
        except Exception as error:  # which ones there are depends on the kind of server
            raise StoreError(
                N_("{path} could not be read: {reason}."),
                N_("Start again when it is there."),
                {"path": self.url, "reason": f"{type(error).__name__}: {error}"},
            ) from None
        return bytes(data)


def _version(information: Mapping[str, Any]) -> str:
    """Servers call it differently; fsspec passes it on."""
    keys = ("ETag", "etag", "mtime", "LastModified", "created")
    return next((str(information[key]) for key in keys if information.get(key)), "")


def _changed(path: object) -> StoreError:
    return StoreError(
        N_("{path} was changed while it was being read."),
        N_("Start again when it is complete."),
        {"path": path},
    )
