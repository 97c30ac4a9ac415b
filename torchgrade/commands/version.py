"""``course --version``."""

from __future__ import annotations

import tomllib
from importlib import metadata
from pathlib import Path

__all__ = ["current"]


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
