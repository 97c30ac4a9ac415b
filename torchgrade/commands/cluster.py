"""``--scheduler``: grading on other machines than this one."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from torchgrade.commands.classroom import need
from torchgrade.course import Course, Exercise, Slurm
from torchgrade.errors import N_, UserError
from torchgrade.grading.messages import Setup
from torchgrade.i18n import Catalogue
from torchgrade.report.fill import fill

if TYPE_CHECKING:
    from torchgrade.batch.cluster import Tell
    from torchgrade.batch.executor import Executor
    from torchgrade.batch.link import Connection

__all__ = ["open_cluster"]

SLURM: Final = "slurm"
_CLEAR: Final = "\r\x1b[2K"


def open_cluster(
    course: Course,
    exercises: Sequence[Exercise],
    setup: Setup,
    scheduler: str,
    jobs: int | None,
    translate: Catalogue,
) -> Executor:
    """Grader processes on the workers of ``scheduler``: an address, or ``slurm``.

    Raises `UserError` if they can't be had.
    """
    need("distributed", "cluster")
    from torchgrade.batch.cluster import ClusterExecutor
    from torchgrade.batch.package import pack

    _silence("distributed")
    connection = _connection(course, scheduler, jobs)
    package = pack(course.root, exercises)
    return ClusterExecutor(setup, package, connection, _teller(translate), most=jobs)


def _connection(course: Course, scheduler: str, jobs: int | None) -> Connection:
    if scheduler != SLURM:
        from torchgrade.batch.link import connect

        return connect(scheduler)
    slurm = _slurm(course)
    need("dask_jobqueue", "cluster")
    from torchgrade.batch.slurm import open_slurm

    return open_slurm(slurm, course.root / ".torchgrade" / SLURM, jobs)


def _slurm(course: Course) -> Slurm:
    if course.slurm is None:
        raise UserError(
            N_("{path} does not say what jobs to ask Slurm for."),
            N_("Add a section “cluster” with cores, memory, walltime and jobs: docs/cluster.md."),
            {"path": course.root / "course.yml"},
        )
    return course.slurm


def _silence(library: str) -> None:
    """What Dask has to say of lost connections, with tracebacks, is told here in other words."""
    for name in (library, *logging.root.manager.loggerDict):
        if name.partition(".")[0] == library:
            logging.getLogger(name).setLevel(logging.CRITICAL)


def _teller(translate: Catalogue) -> Tell:
    """Tells on standard error, in place of the line of progress, which then comes again."""

    def tell(message: str, values: Mapping[str, object]) -> None:
        clear = _CLEAR if sys.stderr.isatty() else ""
        print(clear + fill(translate(message), **values), file=sys.stderr, flush=True)

    return tell
