"""Where a class's submissions lie: a path or URL as somebody wrote it -> a tree of files."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from torchgrade.errors import N_, UserError
from torchgrade.filetree import Folder, Kind, Reason, Tree
from torchgrade.intake.archive import CLASS_CAPS, ArchiveError, open_zip
from torchgrade.intake.cause import Cause
from torchgrade.intake.store import LocalFile, RemoteFile, Store
from torchgrade.intake.trees import Remote

__all__ = ["LocationError", "open_location"]

_OTHER_ARCHIVES: Final = ("tar", "libarchive")


class LocationError(UserError):
    """No submissions can be read at the place given."""

    def __init__(self, location: str, cause: Cause) -> None:
        super().__init__(
            N_("Submissions can't be read at {location}: {reason}."),
            N_("Name a folder or a zip file, or the URL of one."),
            {"location": location, "reason": cause},
        )
        self.location = location
        self.cause = cause

    def worded(self, translate: Callable[[str], str]) -> tuple[str, str]:
        return Cause(self.fact, self.values).worded(translate), translate(self.remedy)


def open_location(location: str) -> Tree:
    """The folder, or the inside of the zip, at ``location``.

    ``location`` is a path or any URL that fsspec understands; ``zip::URL`` and
    ``zip://FOLDER::URL`` are the inside of a zip at URL. Raises `LocationError`.
    """
    first, chained, rest = location.partition("::")
    protocol, _, inner = first.partition("://")
    if chained and protocol in _OTHER_ARCHIVES:
        raise LocationError(location, Cause(N_("of archives, only zip files are read")))
    if chained and protocol == "zip":
        tree = open_location(rest)
        if isinstance(tree, Folder | Remote):
            raise LocationError(rest, Cause(N_("it is a folder, not a zip file")))
        return _inside(tree, inner, location)
    if "://" in location and protocol not in ("file", "local"):
        return _remote(location)
    path = Path(inner if "://" in location else location)
    try:
        if path.is_dir():
            return Folder(path)
        if path.exists() and not path.is_file():
            raise LocationError(location, Cause(Reason.SPECIAL.value))
        return _zip(LocalFile.at(path), path, location)
    except (OSError, ValueError) as error:
        number = error.errno if isinstance(error, OSError) else None
        reason = os.strerror(number) if number else str(error)
        raise LocationError(location, Cause("{reason}", {"reason": reason})) from None


def _inside(tree: Tree, inner: str, location: str) -> Tree:
    for name in (part for part in inner.split("/") if part):
        if (name, Kind.FOLDER) not in tree.entries():
            raise LocationError(
                location, Cause(N_("the zip has no folder {name}"), {"name": inner})
            )
        tree = tree.child(name)
    return tree


def _remote(location: str) -> Tree:
    url = location.rstrip("/")
    try:
        from fsspec.core import url_to_fs  # type: ignore[import-untyped]  # it has no types

        files, path = url_to_fs(url)
        information = files.info(path)
    except Exception as error:  # which ones there are depends on the kind of server
        reason = {"reason": f"{type(error).__name__}: {error}"}
        raise LocationError(location, Cause("{reason}", reason)) from None
    if information["type"] == "directory":
        return Remote(url)
    if not isinstance(information.get("size"), int):
        raise LocationError(location, Cause(N_("the server does not tell how large it is")))
    return _zip(RemoteFile.at(url, information), Path(url), location)


def _zip(store: Store, path: Path, location: str) -> Tree:
    try:
        return open_zip(store, path, CLASS_CAPS)
    except ArchiveError as error:
        cause = Cause(error.reason.value)
        if error.reason is Reason.TOO_MANY_FILES:
            count = f"{CLASS_CAPS.members:,}"
            cause = Cause(N_("it holds more than {count} files"), {"count": count})
        elif error.reason is Reason.NOT_ZIP:
            cause = Cause(N_("it is neither a folder nor a whole zip file"))
        raise LocationError(location, cause) from None
