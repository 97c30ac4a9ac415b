"""Pictures that the course's Markdown shows: which, where they lie, and what is in them.

A chapter keeps them in ``exercises/chNN_name/pictures``; a text shows one by its place relative to
itself, ``![what it shows](pictures/name.svg)``.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote

__all__ = ["FOLDER", "KINDS", "data_uri", "is_picture", "pictures_of"]

FOLDER: Final = "pictures"
KINDS: Final = {".svg": "image/svg+xml", ".png": "image/png"}
"""Media type by suffix."""


def is_picture(name: str) -> bool:
    """Whether a file of this name may lie in a chapter's folder of pictures."""
    return Path(name).suffix in KINDS


def pictures_of(text: str, file: Path) -> dict[str, Path]:
    """The pictures of the course that ``text``, the Markdown in ``file``, shows.

    By what the text calls them. Whether they exist is not looked at; addresses on the web are
    left out.
    """
    return {
        target: file.parent / unquote(target) for target in _targets(text) if "://" not in target
    }


def data_uri(picture: Path) -> str | None:
    """A picture as an address that holds it; None if it can't be read or is of no known kind."""
    kind = KINDS.get(picture.suffix)
    try:
        contents = picture.read_bytes() if kind else b""
    except OSError:
        return None
    return f"data:{kind};base64,{base64.b64encode(contents).decode()}" if kind else None


def _targets(text: str) -> Iterator[str]:
    if "![" not in text:
        return
    from markdown_it import MarkdownIt

    for block in MarkdownIt("commonmark").enable("table").parse(text):
        for token in block.children or ():
            if token.type == "image":
                yield str(token.attrGet("src"))
