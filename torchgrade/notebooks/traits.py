"""What all our parts of nbgrader are configured with."""

from __future__ import annotations

import os
from pathlib import Path

from traitlets import Unicode
from traitlets.config import LoggingConfigurable

from torchgrade.notebook_kernel.guard import COURSE

__all__ = ["Torchgrade"]


class Torchgrade(LoggingConfigurable):
    """A configurable of nbgrader's that knows our course; ``c.Torchgrade`` configures all of them.

    Comes before nbgrader's class among the bases.
    """

    course = Unicode(
        "", help="The folder of the torchgrade course (with course.yml); else TORCHGRADE_COURSE."
    ).tag(config=True)

    @property
    def root(self) -> Path | None:
        """The course's folder; None if nobody has said where it is."""
        told = self.course or os.environ.get(COURSE, "")
        return Path(told).resolve() if told else None
