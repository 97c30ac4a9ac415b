"""``course --version``, and what else decides about a result by its version."""

from __future__ import annotations

import platform
import tomllib
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

__all__ = ["current", "versions"]


def current() -> str:
    """The version of torchgrade: of the clone that it runs from, else of what is installed."""
    project = Path(__file__).parents[2] / "pyproject.toml"
    try:
        described = tomllib.loads(project.read_text(encoding="utf-8")).get("project", {})
    except (OSError, ValueError):
        described = {}
    if described.get("name") == "torchgrade" and "version" in described:
        return str(described["version"])
    try:
        return metadata.version("torchgrade")
    except metadata.PackageNotFoundError:
        return "unknown"


def versions() -> Mapping[str, str]:
    """What grades here, by name: ``torchgrade``, ``python``, ``torch``."""
    return {
        "torchgrade": current(),
        "python": platform.python_version(),
        "torch": metadata.version("torch"),
    }
