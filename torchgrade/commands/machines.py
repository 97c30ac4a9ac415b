"""Where a class is graded, and what every grading command sets up for it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from torchgrade.commands.context import Context
from torchgrade.commands.terminal import display
from torchgrade.course import Exercise
from torchgrade.errors import N_, UserError
from torchgrade.grading.messages import Setup
from torchgrade.report.fill import fill
from torchgrade.secret import ensure_secret

if TYPE_CHECKING:
    from torchgrade.batch.executor import Executor
    from torchgrade.grading.nursery import Nursery

__all__ = ["Machines", "open_executor", "secret_for", "sigterm_interrupts"]


@dataclass(frozen=True)
class Machines:
    """Where work is done; None where nothing was said."""

    jobs: int | None = None
    """Grader processes at a time; default: one per core, or as many as a cluster has workers."""
    sandbox: str | None = None
    """The least level; default: what course.yml asks for."""
    scheduler: str | None = None
    """Address of a Dask scheduler, or ``slurm``; default: this machine."""


def open_executor(
    context: Context,
    exercises: Sequence[Exercise],
    secret: bytes,
    machines: Machines,
    nursery: Nursery | None = None,
) -> Executor:
    """Grader processes that are getting ready to grade ``exercises``.

    On this machine they are forked by ``nursery``, if it has been started already.

    Raises `UserError` if a cluster is asked for and can't be had.
    """
    course = context.course
    setup = Setup(
        root=course.root,
        exercises=tuple(exercise.key for exercise in exercises),
        secret=secret,
        required=machines.sandbox or course.sandbox,
        environment=os.environ,
    )
    if machines.scheduler is not None:
        from torchgrade.commands.cluster import open_cluster

        scheduler, jobs = machines.scheduler, machines.jobs
        return open_cluster(course, exercises, setup, scheduler, jobs, context.translate)
    from torchgrade.batch.local import LocalExecutor
    from torchgrade.cores import cores
    from torchgrade.grading.foreseen import foreseen_in

    limits = {exercise.key: exercise.limits for exercise in exercises}
    jobs, imports = machines.jobs or cores(), foreseen_in(exercises)
    return LocalExecutor(setup, limits, jobs, imports=imports, nursery=nursery)


def secret_for(context: Context) -> bytes:
    """The course's secret; whoever has none yet gets one, and is told."""
    root = context.course.root
    try:
        secret, made = ensure_secret(root)
    except OSError as error:
        raise UserError(
            N_("No secret can be written for this course: {reason}."),
            N_("Set TORCHGRADE_SECRET, so that tests have inputs that students don't know."),
            {"reason": error},
        ) from None
    if made is not None:
        said = context.translate(
            "Made a secret for this course in {path}, so that students can't know the inputs "
            "of tests. Keep it: with another one everything is graded anew."
        )
        print(fill(said, path=display(made)), file=sys.stderr)
    return secret


@contextmanager
def sigterm_interrupts() -> Iterator[None]:
    """Take a polite request to end as Ctrl-C is taken: stop, keep everything, say how to go on."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
