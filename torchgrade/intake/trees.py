"""Trees of files besides folders and zips: places that fsspec reaches, and a choice of files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torchgrade.errors import N_
from torchgrade.filetree import Entry, Kind, Reason, Tree
from torchgrade.intake.archive import Archive
from torchgrade.intake.store import StoreError
from torchgrade.report.inert import one_line

__all__ = ["Remote", "Selected", "select"]


@dataclass(frozen=True)
class Remote:
    """A folder at a URL of fsspec; implements `Tree`.

    A fault of the server is a `StoreError`, never a student's.
    """

    url: str
    """Without a slash at its end."""

    @property
    def name(self) -> str:
        return self.url.rpartition("/")[2]

    def place(self, path: str = "") -> Path:
        return Path(one_line(self._at(path)))

    def entries(self, path: str = "") -> Sequence[Entry]:
        files, root = self._opened(path)
        try:
            listed = files.ls(root, detail=True)
        except (FileNotFoundError, NotADirectoryError):
            return []
        except Exception as error:  # which ones there are depends on the kind of server
            raise self._fault(path, error) from None
        found = []
        for item in listed:
            name = item["name"].rstrip("/")
            # Object stores list a folder's own marker in it, and a file when asked for its folder.
            if name.rstrip("/") != root.rstrip("/"):
                kind = Kind.FOLDER if item["type"] == "directory" else Kind.FILE
                found.append(Entry(name.rpartition("/")[2], kind))
        return sorted(found)

    def is_folder(self, path: str) -> bool:
        return self._kind(path) is Kind.FOLDER

    def holds(self, path: str) -> bool:
        return self._kind(path) is not None

    def read(self, path: str, limit: int) -> bytes | Reason | None:
        files, at = self._opened(path)
        try:
            kind = self._kind(path)
            if kind is None:
                return None
            if kind is Kind.FOLDER:
                return Reason.FOLDER
            data = bytes(files.cat_file(at, start=0, end=limit + 1))
        except FileNotFoundError:
            return None
        except StoreError:
            raise
        except Exception as error:  # as above
            raise self._fault(path, error) from None
        return data if len(data) <= limit else Reason.TOO_LARGE

    def child(self, name: str) -> Remote:
        return Remote(self._at(name))

    def _kind(self, path: str) -> Kind | None:
        files, at = self._opened(path)
        try:
            found = files.info(at)["type"]
        except FileNotFoundError:
            return None
        except Exception as error:  # as above
            raise self._fault(path, error) from None
        return Kind.FOLDER if found == "directory" else Kind.FILE

    def _at(self, path: str) -> str:
        return f"{self.url}/{path}" if path else self.url

    def _opened(self, path: str) -> tuple[Any, str]:
        from fsspec.core import url_to_fs  # type: ignore[import-untyped]  # it has no types

        files, at = url_to_fs(self._at(path))
        return files, at

    def _fault(self, path: str, error: Exception) -> StoreError:
        return StoreError(
            N_("{path} could not be read: {reason}."),
            N_("Start again when it is there."),
            {"path": self.place(path), "reason": one_line(f"{type(error).__name__}: {error}")},
        )


@dataclass(frozen=True)
class Selected:
    """Some files of a folder under other names; implements `Tree`."""

    tree: Tree
    names: Mapping[str, str]
    """{name here: name directly in ``tree``}"""

    @property
    def name(self) -> str:
        return ""

    def place(self, path: str = "") -> Path:
        return self.tree.place(self.names.get(path, path))

    def entries(self, path: str = "") -> Sequence[Entry]:
        return [] if path else sorted(Entry(name, Kind.FILE) for name in self.names)

    def is_folder(self, path: str) -> bool:
        return False

    def holds(self, path: str) -> bool:
        return path in self.names

    def read(self, path: str, limit: int) -> bytes | Reason | None:
        return self.tree.read(self.names[path], limit) if path in self.names else None

    def child(self, name: str) -> Tree:
        raise ValueError("there are no folders in it")


def select(tree: Tree, names: Mapping[str, str]) -> Tree:
    """Some files directly in ``tree`` under other names: {name there: name here}.

    Of a zip it takes along these members and no others, so that it stays light.
    """
    return tree.only(names) if isinstance(tree, Archive) else Selected(tree, names)
