"""The language to speak in a notebook: the one that it was built in.

A server's locale says little of a class that shares it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from torchgrade.filetree import Folder
from torchgrade.i18n import choose_language
from torchgrade.intake.notebook import MAX_NOTEBOOK, language_of

__all__ = ["spoken"]

_LOOKED_AT: Final = 5
"""Notebooks in a folder."""


def spoken(folder: Path, known: Sequence[str], first: str = "") -> str:
    """The language, one of ``known``, of the notebooks in ``folder``, or else the locale's.

    Of several that differ, the notebook called ``first`` decides.
    """
    paths = sorted(folder.glob("*.ipynb"), key=lambda path: (path.name != first, path.name))
    for path in paths[:_LOOKED_AT]:
        data = Folder(path.parent).read(path.name, MAX_NOTEBOOK)
        language = language_of(data) if isinstance(data, bytes) else None
        if language is not None and language in known:
            return language
    return choose_language(None, os.environ, known)
