"""What a course's ``nbgrader_config.py`` says to have its notebooks graded in the sandbox.

nbgrader reads its configuration in every command, and formgrader at every click, so nothing is
imported here that takes time. Whoever wants to import nothing at all can write what `configure`
sets without kernels::

    c.Torchgrade.course = "/path/to/course"
    c.Autograde.exporter_class = "torchgrade.notebooks.autograde.SandboxExporter"
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, Final

from torchgrade.notebook_kernel import guard

__all__ = ["configure"]

# By name, so that only autograding imports what they need.
_EXPORTER: Final = "torchgrade.notebooks.autograde.SandboxExporter"
_KERNEL_EXPORTER: Final = "torchgrade.notebooks.autograde.KernelExporter"
_LATE: Final = "torchgrade.notebooks.late_plugin.CoursePolicy"
_KERNEL_SECONDS: Final = 600
"""For one cell: with kernels, the first graded cell waits until torch is imported and graders
are collected. What answers may take is limited in the sandbox."""


def configure(c: Any, course: str | os.PathLike[str], kernels: bool = False) -> None:
    """Set up ``c``, the object that nbgrader's configuration files have.

    Args:
        course: the folder with course.yml; relative to the file that calls this.
        kernels: leave grading and marks to nbgrader. It starts a kernel for each notebook, and
            the graded cells in it have the answers graded in the sandbox. Penalties for
            lateness are then the course's by nbgrader's plugin.
    """
    root = (_folder_of_caller() / course).resolve()
    # For cells that run in a kernel, which inherits it.
    os.environ[guard.COURSE] = str(root)
    c.Torchgrade.course = str(root)
    if kernels:
        c.Autograde.exporter_class = _KERNEL_EXPORTER
        c.AssignLatePenalties.plugin_class = _LATE
        c.Execute.timeout = _KERNEL_SECONDS
        os.environ[guard.CELL_SECONDS] = str(_KERNEL_SECONDS)
    else:
        c.Autograde.exporter_class = _EXPORTER


def _folder_of_caller() -> Path:
    """Of the configuration file, wherever nbgrader or Jupyter was started."""
    file = sys._getframe(2).f_globals.get("__file__")
    return Path(file).resolve().parent if file else Path.cwd()
