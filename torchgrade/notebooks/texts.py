"""The course's Markdown files as cells: pictures come along, links to other files go.

A notebook travels alone. Pictures are put into the cell as attachments, which Jupyter and
nbgrader's pages show; a link to a file of the course would lead nowhere, so its words stay.
"""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from markdown_it import MarkdownIt

from torchgrade.errors import N_, UserError
from torchgrade.report.unbroken import unbroken

__all__ = ["Prose", "plain", "prose", "read"]

_MOST_BYTES: Final = 4 * 1024**2
_VERBATIM: Final = re.compile(r"(?s)(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)|(\$\$?)(?=\S)[^$]*?\S\2(?!\d)")
"""Code and formulas."""
_LINK: Final = re.compile(
    r"""(?P<picture>!?)\[(?P<words>[^\[\]]*)\]\(\s*<?(?P<target>[^()<>\s]+)>?(?P<title>\s+"[^"]*")?\s*\)"""
)
_MARKUP: Final = re.compile(r"[\\*_~$<&\[\]|#]")
_ELSEWHERE: Final = re.compile(r"[a-z][a-z0-9+.-]*:|//|#", re.IGNORECASE)


@dataclass
class Prose:
    """The source of a Markdown cell."""

    text: str
    attachments: dict[str, dict[str, str | list[str]]] = field(default_factory=dict)
    """By name: the contents in base64 by their type, as nbformat has it."""
    lost_links: list[str] = field(default_factory=list)
    """Where links led that are words only now."""


def read(file: Path) -> str:
    """The text of a file of the course, whatever its line ends. Raises UserError."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UserError(
            N_("{path} is missing from this course."),
            N_("Notebooks are built from the whole course, solutions included."),
            {"path": file},
        ) from None
    except UnicodeDecodeError:
        raise UserError(
            N_("{path} is not UTF-8."), N_("Save it as UTF-8."), {"path": file}
        ) from None
    except OSError as error:
        raise UserError(
            N_("{path} can't be read: {reason}."),
            N_("Check the permissions of the file and its folder."),
            {"path": file, "reason": error.strerror},
        ) from None
    return "\n".join(text.splitlines())


def prose(text: str, file: Path, root: Path) -> Prose:
    """``text``, which ``file`` holds in the course ``root``, for a cell. Raises UserError."""
    found = Prose("")
    lines = unbroken(text).strip().split("\n")
    # Only in these may there be pictures and links; blocks of code are left alone.
    for token in MarkdownIt("commonmark").enable("table").parse("\n".join(lines)):
        if token.type == "inline" and token.map and "](" in token.content:
            first, last = token.map
            block = "\n".join(lines[first:last])
            replaced = _outside_verbatim(block, lambda part: _replace(part, found, file, root))
            lines[first:last] = replaced.split("\n")
    found.text = "\n".join(lines)
    return found


def plain(text: str) -> str:
    """Markdown that shows ``text`` as it is, except that ``back quotes`` mark code."""
    return _outside_verbatim(text.strip(), lambda part: _MARKUP.sub(r"\\\g<0>", part))


def _outside_verbatim(text: str, change: Callable[[str], str]) -> str:
    parts: list[str] = []
    start = 0
    for span in _VERBATIM.finditer(text):
        parts += [change(text[start : span.start()]), span[0]]
        start = span.end()
    return "".join([*parts, change(text[start:])])


def _replace(text: str, found: Prose, file: Path, root: Path) -> str:
    def replaced(link: re.Match[str]) -> str:
        words, target = link["words"], link["target"]
        if _ELSEWHERE.match(target):
            return link[0]
        if not link["picture"]:
            found.lost_links.append(target)
            return words
        name = _attach(found, file, target, root)
        return f"![{words}](attachment:{name}{link['title'] or ''})"

    return _LINK.sub(replaced, text)


def _attach(found: Prose, file: Path, target: str, root: Path) -> str:
    """Put a picture into the cell; what it is called there."""
    values: dict[str, object] = {"path": file, "picture": target}
    picture = (file.parent / unquote(target)).resolve()
    kind = mimetypes.guess_type(picture.name)[0] or ""
    if not picture.is_relative_to(root.resolve()) or not picture.is_file():
        raise UserError(
            N_("{path} shows {picture}, which the course doesn't have."),
            N_("Put the picture into the course, or give its address on the web."),
            values,
        )
    contents = picture.read_bytes()
    if not kind.startswith("image/") or len(contents) > _MOST_BYTES:
        raise UserError(
            N_("{path} shows {picture}, which is no picture or larger than {limit} MiB."),
            N_("Use a smaller picture: PNG, SVG, JPEG, GIF or WebP."),
            {**values, "limit": _MOST_BYTES // 1024**2},
        )
    data = base64.b64encode(contents).decode("ascii")
    # nbformat takes an SVG for text, which it saves line by line.
    entry: dict[str, str | list[str]] = {kind: [data] if kind == "image/svg+xml" else data}
    stem, number = re.sub(r"[^A-Za-z0-9_-]+", "-", picture.stem), 1
    name = f"{stem}{picture.suffix}"
    while found.attachments.get(name, entry) != entry:
        number += 1
        name = f"{stem}-{number}{picture.suffix}"
    found.attachments[name] = entry
    return name
