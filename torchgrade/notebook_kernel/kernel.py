"""What the notebook's functions do, and what they keep from one cell to the next."""

from __future__ import annotations

import atexit
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from torchgrade.course import Course, Exercise
from torchgrade.i18n import catalogue
from torchgrade.notebook_kernel import guard
from torchgrade.notebook_kernel.answers import Told, handed_in, in_kernel, in_validation
from torchgrade.notebook_kernel.courses import Courses
from torchgrade.notebook_kernel.grader import Graders, OutOfTime, Terms
from torchgrade.notebook_kernel.language import spoken
from torchgrade.notebook_kernel.record import Record
from torchgrade.notebook_kernel.show import Output, report, shell, told
from torchgrade.notebooks.names import assignment_name
from torchgrade.report.fill import fill
from torchgrade.report.inert import one_line
from torchgrade.result import ExerciseResult, Status
from torchgrade.sandbox.levels import Level
from torchgrade.sandbox.server import EngineFault
from torchgrade.secret import ensure_secret, secret_of
from torchgrade.set_aside import set_aside
from torchgrade.submission import Answer, Unreadable
from torchgrade.text import DEFAULT_LANGUAGE

__all__ = ["NOT_GRADED", "Kernel", "ValidationError", "kernel"]

NOT_GRADED: Final = float("inf")
"""A mark that nbgrader can't enter, so that it gives the submission up and says so."""


class ValidationError(AssertionError):
    """An answer does not pass yet; shown without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


class Kernel:
    """One for each kernel."""

    def __init__(self) -> None:
        self._record = Record()
        self._courses = Courses()
        self._graders = Graders()
        self._watching = False
        self._interrupted = False

    def watch(self, ip: Any) -> None:
        """Take notes of what runs in the IPython ``ip``, after what it remembers already."""
        if ip is None or self._watching:
            return
        self._watching = True
        self._record.remember(ip.history_manager.input_hist_raw[1:])
        ip.events.register("pre_run_cell", self._record.note)

    def close(self) -> None:
        self._graders.close()
        self._courses.close()

    def check(self, name: str) -> None:
        """Show what there is to say of the answer that ran last. Raises nothing."""
        output, language = Output(), DEFAULT_LANGUAGE
        try:
            language = _language()
            ip = shell()
            self.watch(ip)
            folder = Path.cwd()
            course, exercise = self._courses.exercise(name, folder)
            language = _language(course, exercise)
            translate = catalogue(language)
            if ip is None:
                answer = Told(handed_in(exercise, folder))
            else:
                answer = in_kernel(self._record, exercise, folder)
            if not guard.executing() and not self._graders.ready(course, exercise):
                output.working(
                    fill(
                        translate("Checking `{name}`; the first time takes some seconds."),
                        name=exercise.name,
                    )
                )
            result = self._checked(course, exercise, answer.answer)
            remark = translate(answer.remark.value) if answer.remark else ""
            output.result(course, result, language, remark)
        except KeyboardInterrupt:
            translate = catalogue(language)
            output.message(translate("The check was stopped."))
        except Exception as error:
            output.message(told(error, language))

    def validate(self, name: str) -> None:
        """Raise `ValidationError` if the answer in the notebook does not pass."""
        language = DEFAULT_LANGUAGE
        try:
            language = _language()
            self.watch(shell())
            folder = Path.cwd()
            course, exercise = self._courses.exercise(name, folder)
            language = _language(course, exercise)
            answer = in_validation(self._record, exercise, folder)
            result = self._checked(course, exercise, answer)
        except Exception as error:
            raise ValidationError(told(error, language)) from None
        if not result.passed:
            raise ValidationError(report(course, result, language))

    def score(self, name: str, points: float) -> float:
        """Print what there is to say of the answer in the notebook; its mark out of ``points``."""
        if not guard.autograding():
            return self._score(name, points)
        if self._interrupted:
            return NOT_GRADED
        try:
            return self._score(name, points)
        except KeyboardInterrupt:
            # nbgrader has given this cell up, and must not take that for a wrong answer.
            self._interrupted = True
            error: Exception = OutOfTime(name)
        except Exception as caught:
            error = caught
        language = _language()
        translate = catalogue(language)
        _tell_instructor(
            fill(
                translate("{folder}: {name} can't be graded, nor can the submission be entered."),
                folder=Path.cwd(),
                name=name,
            ),
            told(error, language),
        )
        return NOT_GRADED

    def _score(self, name: str, points: float) -> float:
        folder = Path.cwd()
        course, exercise = self._courses.whole(name, folder)
        language = _language(course, exercise)
        answer = handed_in(exercise, folder)
        if isinstance(answer, Unreadable) and answer.reason.set_aside:
            print(report(course, set_aside(exercise, answer.reason), language))
            if guard.autograding():
                _ = catalogue(language)
                said = _("{folder}: {name} is set aside, with 0 points: {reason}.")
                why = _(answer.reason)
                _tell_instructor(fill(said, folder=folder, name=name, reason=why))
            return 0.0
        secret, _ = ensure_secret(course.root)
        result = self._graded(course, exercise, answer, Terms(secret, course.sandbox))
        print(report(course, result, language))
        earned, maximum = result.score.earned, result.score.maximum
        assert earned is not None
        # Unless the course has changed since the notebook was built, they are the same.
        mark = earned if points == maximum else earned / maximum * points
        return float(min(max(mark, 0.0), points))

    def _checked(self, course: Course, exercise: Exercise, answer: Answer) -> ExerciseResult:
        terms = Terms(secret_of(course.root), Level.PROCESS.value)
        return self._graders.grade(course, exercise, answer, terms, _patience())

    def _graded(
        self, course: Course, exercise: Exercise, answer: Answer, terms: Terms
    ) -> ExerciseResult:
        """A result with a mark. Raises `EngineFault` if there is none, after a second attempt."""
        left = _patience()
        result = self._graders.grade(course, exercise, answer, terms, left)
        if result.score.earned is None:
            self._graders.discard()
            result = self._graders.grade(course, exercise, answer, terms, left)
        if result.score.earned is None:
            raise EngineFault(_fault(result))
        return result


@lru_cache(maxsize=1)
def kernel() -> Kernel:
    """The one of this process; what it holds ends with the process."""
    made = Kernel()
    atexit.register(made.close)
    return made


def _language(course: Course | None = None, exercise: Exercise | None = None) -> str:
    """As far as is known what it is about."""
    known = (DEFAULT_LANGUAGE, "zh") if course is None else course.languages
    first = "" if exercise is None else f"{assignment_name(exercise.chapter)}.ipynb"
    return spoken(Path.cwd(), known, first)


def _patience() -> Callable[[], float] | None:
    """How long nbgrader still waits for this cell; None if it is not nbgrader that waits."""
    seconds = guard.cell_seconds()
    if seconds is None:
        return None
    end = time.monotonic() + seconds
    return lambda: end - time.monotonic()


def _fault(result: ExerciseResult) -> str:
    for outcome in result.outcomes:
        failure = outcome.failure
        if outcome.status is Status.UNGRADED and failure is not None:
            message = str(failure.details.get("message", failure.kind.value))
            place = failure.details.get("place")
            return one_line(f"{message} ({place})" if place else message)
    return "its tests count for nothing" if result.outcomes else "no test could be run"


def _tell_instructor(*lines: str) -> None:
    """Write to nbgrader's own terminal, past the output of the cell."""
    # What a cell writes to standard error makes it a failed one. Where a kernel catches that, it
    # keeps the terminal.
    terminal = getattr(sys.stderr, "_original_stdstream_copy", None)
    with suppress(OSError):
        text = "".join(f"{line}\n" for line in lines)
        os.write(2 if terminal is None else terminal, text.encode(errors="replace"))
