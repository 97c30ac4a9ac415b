"""Write the pictures of the statements: ``python -m pictures [CHAPTER ...]``.

With ``--check`` nothing is written; the exit code is 1 if a file is missing, left over or not what
its function draws.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from pictures.kit import Picture

_HERE = Path(__file__).resolve().parent
_EXERCISES = _HERE.parent / "exercises"


def _modules(chapters: Sequence[str]) -> Iterator[str]:
    for file in sorted(_HERE.glob("ch*_*.py")):
        if not chapters or any(file.stem.startswith(chapter) for chapter in chapters):
            yield file.stem


def drawn(chapter: str) -> dict[Path, str]:
    """The pictures of a chapter such as ``ch03_indexing``: contents by file."""
    module = importlib.import_module(f"pictures.{chapter}")
    folder = _EXERCISES / chapter / "pictures"
    found: dict[Path, str] = {}
    for name, function in vars(module).items():
        own = inspect.isfunction(function) and function.__module__ == module.__name__
        if own and not name.startswith("_"):
            picture = function()
            if not isinstance(picture, Picture):
                raise TypeError(f"{chapter}.{name} returns no Picture")
            found[folder / f"{name}.svg"] = picture.svg()
    return found


def main(arguments: Sequence[str]) -> int:
    """Write or check, and say what was done; the exit code."""
    check = "--check" in arguments
    chapters = [argument for argument in arguments if not argument.startswith("-")]
    stale = 0
    for chapter in _modules(chapters):
        wanted = drawn(chapter)
        folder = _EXERCISES / chapter / "pictures"
        for file in sorted(set(folder.glob("*")) - set(wanted)):
            print(f"{file.relative_to(_HERE.parent)}: no function draws it")
            stale += 1
        for file, contents in wanted.items():
            if file.is_file() and file.read_text(encoding="utf-8") == contents:
                continue
            stale += 1
            print(f"{file.relative_to(_HERE.parent)}{': not up to date' if check else ''}")
            if not check:
                folder.mkdir(exist_ok=True)
                file.write_text(contents, encoding="utf-8")
    return int(check and stale > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
