"""``course audit``: is the course itself right? For its authors, and for their CI."""

from __future__ import annotations

import json as json_format
import multiprocessing
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text as Styled

from torchgrade.commands.context import open_whole_course
from torchgrade.commands.progress import Progress
from torchgrade.commands.terminal import console
from torchgrade.cores import cores
from torchgrade.course import Course, Exercise, check_files, load
from torchgrade.course_files import check_pictures
from torchgrade.sandbox.server import bare_environment

if TYPE_CHECKING:
    from torchgrade.audit import ExerciseAudit

__all__ = ["run"]

SOUND, UNSOUND = 0, 1


def run(
    course_dir: Path | None,
    what: tuple[str, ...],
    *,
    seeds: int,
    answers: Path | None,
    jobs: int | None,
    json: bool,
    language: str | None,
    color: bool | None = None,
) -> int:
    """Audit the exercises ``what`` (all, if empty) over ``seeds`` seeds on ``jobs`` processes.

    ``answers`` is a folder of answers of known worth, see `torchgrade.audit`.
    Returns 0 if nothing was found and 1 if something was.
    """
    context = open_whole_course(course_dir, language)
    exercises = context.course.select(what or ("all",))
    chapters = dict.fromkeys(exercise.chapter for exercise in exercises)
    found = (*check_files(context.course), *check_pictures(context.course, chapters))
    problems = [str(problem) for problem in found]
    if answers is not None:
        answers = answers.absolute()
        problems += _strays(answers, context.course)
    count = max(1, min(jobs or cores(), len(exercises)))
    audits: list[ExerciseAudit] = []
    with Progress(len(exercises)) as progress:
        for audit in _audit_all(context.course, exercises, seeds, answers, count):
            audits.append(audit)
            progress.step(audit.key)
    order = {exercise.key: index for index, exercise in enumerate(exercises)}
    audits.sort(key=lambda audit: order[audit.key])
    if json:
        document = {"format": 1, "files": problems, "exercises": [asdict(a) for a in audits]}
        json_format.dump(document, sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
    else:
        _write(audits, problems, color)
    return SOUND if not problems and all(audit.sound for audit in audits) else UNSOUND


def _strays(answers: Path, course: Course) -> Iterator[str]:
    """What lies in a folder of answers and belongs to no exercise, so that nobody grades it."""
    keys = {exercise.key for exercise in course.exercises}
    for file in sorted(answers.rglob("*.py")):
        if file.parent.relative_to(answers).as_posix() not in keys:
            yield f"{file}: no exercise has this folder's name"


def _audit_all(
    course: Course, exercises: Sequence[Exercise], seeds: int, answers: Path | None, jobs: int
) -> Iterator[ExerciseAudit]:
    """Hand the exercises out to processes, one at a time; audits in the order they finish."""
    context = multiprocessing.get_context("spawn")
    keys = [exercise.key for exercise in reversed(exercises)]
    busy: list[Connection] = []
    workers: list[BaseProcess] = []
    try:
        for _ in range(jobs):
            ours, theirs = context.Pipe()
            told = (course.root, seeds, answers, theirs)
            worker = context.Process(target=_work, args=told, daemon=True)
            worker.start()
            theirs.close()
            workers.append(worker)
            busy.append(ours)
            ours.send(keys.pop())
        while busy:
            for channel in wait(busy):
                assert isinstance(channel, Connection)
                yield _received(channel)
                if keys:
                    channel.send(keys.pop())
                else:
                    busy.remove(channel)
    finally:
        for ended in workers:
            ended.terminate()
            ended.join()


def _received(channel: Connection) -> ExerciseAudit:
    try:
        result = channel.recv()
    except EOFError:
        raise RuntimeError("an auditing process ended before its work") from None
    if isinstance(result, str):
        raise RuntimeError(result)
    audit: ExerciseAudit = result
    return audit


def _work(root: Path, seeds: int, answers: Path | None, channel: Connection) -> None:
    """One auditing process: exercises by key until it is ended."""
    from torchgrade.grading.main import import_torch, start_server

    # What is audited is the author's own, and yet it is to run as students' code does.
    environment = dict(os.environ)
    os.environ.clear()
    os.environ.update(bare_environment())
    import_torch()
    server = start_server()
    os.environ.update(environment)
    try:
        from torchgrade.audit import audit_exercise

        course = load(root)
        by_key = {exercise.key: exercise for exercise in course.exercises}
        while True:
            exercise = by_key[channel.recv()]
            audit, server = audit_exercise(course, exercise, seeds, server, answers)
            channel.send(audit)
    except EOFError:
        return  # the command is gone
    except Exception as error:
        channel.send(f"{type(error).__name__}: {error}")
    finally:
        server.close()


def _write(audits: Sequence[ExerciseAudit], problems: Sequence[str], color: bool | None) -> None:
    out = console(color)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("exercise", "tests", "wrong", "right", "kept", "seeds", "ms", "result"):
        wordy = heading in ("exercise", "result")
        table.add_column(heading, justify="left" if wordy else "right", no_wrap=True)
    for audit in audits:
        count = len(audit.findings)
        result = Styled("sound", "green") if audit.sound else Styled(f"{count} to mend", "red")
        declared = (audit.tests, audit.misconceptions, audit.alternatives)
        numbers = (*declared, audit.answers, audit.seeds)
        time = "" if audit.seconds is None else f"{audit.seconds * 1000:.0f}"
        table.add_row(Styled(audit.key), *map(str, numbers), time, result)
    if audits:
        out.print(table)
        out.print(
            "wrong: misconceptions that must fail; right: alternatives that must pass;\n"
            "kept: answers of known worth (--answers); ms: milliseconds that the model answer\n"
            "took, by its quickest seed"
        )
    for problem in problems:
        out.print(Styled(problem), soft_wrap=True)
    for audit in audits:
        for finding in audit.findings:
            out.print(Styled(f"{audit.key}: {finding}"), soft_wrap=True)
    findings = len(problems) + sum(len(audit.findings) for audit in audits)
    out.print(
        f"{len(audits)} exercises, nothing to mend."
        if not findings
        else f"{len(audits)} exercises, {findings} to mend."
    )
