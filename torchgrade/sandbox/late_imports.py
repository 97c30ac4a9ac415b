"""Importing for all what each process would import for itself, and slowly."""

from __future__ import annotations

import contextlib
import importlib
import os
import tempfile
from collections.abc import Iterable

__all__ = ["import_for_all"]


def import_for_all(names: Iterable[str], folder: str) -> None:
    """Import what processes forked from now on need not import; nothing else of this one changes.

    Torch's compiler asks for a folder of its own: it is told ``folder``, which it may make.
    """
    environment = dict(os.environ)
    tempfile.tempdir = os.environ["TORCHINDUCTOR_CACHE_DIR"] = folder
    for name in names:
        # Whoever needs it will find out what is wrong with it; to others that is nothing.
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    tempfile.tempdir = None
    os.environ.clear()
    os.environ.update(environment)
