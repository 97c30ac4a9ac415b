"""``nbgrader autograde`` without kernels: its answers graded in the sandbox, its gradebook filled.

One line of configuration puts `SandboxExporter` in the place of nbgrader's exporter. For the
notebooks of our chapters it then replaces three steps of autograding: nbgrader's reading of the
submitted notebook, of which nothing but the answers is used; the kernel; and what becomes of the
marks. All other notebooks of the classroom go through nbgrader's own steps.

`KernelExporter` is for grading in kernels all the same: it replaces the first of these, and sees
that nothing else runs there and that what nobody can tell is left to a person.
"""

# nbgrader has no types, so that its classes are Any, and nbconvert has few.
# mypy: allow-subclassing-any, allow-untyped-calls

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import nbformat
from nbconvert.exporters import NotebookExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbgrader.api import Gradebook, MissingEntry  # type: ignore[import-untyped]
from nbgrader.converters import NbGraderException  # type: ignore[import-untyped]
from nbgrader.preprocessors import (  # type: ignore[import-untyped]
    AssignLatePenalties,
    Execute,
    SaveAutoGrades,
)
from nbgrader.utils import is_grade, is_solution  # type: ignore[import-untyped]

from torchgrade.course import Chapter
from torchgrade.errors import UserError
from torchgrade.filetree import Folder, Reason
from torchgrade.intake.answers import Part, read_parts
from torchgrade.intake.notebook import MAX_NOTEBOOK, cells_of
from torchgrade.notebook_kernel import guard
from torchgrade.notebooks.names import assignment_name, test_id
from torchgrade.notebooks.rebuild import marked, rebuilt, unanswered
from torchgrade.notebooks.resident import Graded, resident
from torchgrade.notebooks.traits import Torchgrade
from torchgrade.report.inert import one_line
from torchgrade.report.summary import format_points
from torchgrade.sandbox.server import EngineFault
from torchgrade.submission import Unreadable

__all__ = ["EnterMarks", "GradeAnswers", "KernelExporter", "LatePenalties", "SandboxExporter"]

Converted = tuple[Any, Any]
"""A notebook and nbconvert's resources."""


@dataclass(frozen=True)
class _Ours:
    """A submitted notebook that belongs to a chapter of the course."""

    root: Path
    chapter: Chapter
    assignment: str
    student: str
    database: str
    submitted: Path
    """The folder of the submission."""
    master: Mapping[str, Any]
    """The instructor's notebook, parsed."""
    released: Mapping[str, Any]
    """As students got it, if that is there."""

    def notebook(self) -> bytes:
        """What was handed in; nothing if it can't be read, which is no notebook either."""
        data = Folder(self.submitted).read(f"{self.assignment}.ipynb", MAX_NOTEBOOK)
        return data if isinstance(data, bytes) else b""

    def untold(self, nb: Any) -> Mapping[str, str]:
        """The graded cells of ``nb``, by name, whose run in a kernel says nothing; and why."""
        part = Part(Folder(self.submitted), self.chapter.name, notebook=f"{self.assignment}.ipynb")
        exercises = self.chapter.exercises
        answers = read_parts([part], exercises, ordered=False).answers
        ours = {test_id(exercise.name): answers[exercise.key] for exercise in exercises}
        found = {}
        for cell in nb.cells:
            if is_grade(cell) and not is_solution(cell):
                name = cell.metadata.nbgrader.grade_id
                answer = ours.get(name)
                if answer is None:
                    found[name] = "its tests are not torchgrade's and were not run"
                elif isinstance(answer, Unreadable) and answer.reason.set_aside:
                    found[name] = str(answer.reason)
        return found


def _ours(part: Torchgrade, resources: Mapping[str, Any]) -> _Ours | None:
    """What is being converted, if it is a chapter's notebook; ``part`` takes part in that."""
    told = resources["nbgrader"]
    assignment, notebook = told["assignment"], told["notebook"]
    if part.root is None or assignment != notebook:
        return None
    chapter = resident().chapter(part.root, assignment)
    if chapter is None:
        return None
    places = _coursedir(part)

    def folder(step: str, student: str = ".") -> Path:
        return Path(places.root, places.format_path(step, student, assignment))

    master = _master(folder(places.source_directory) / f"{notebook}.ipynb", chapter)
    if master is None:
        return None
    return _Ours(
        part.root,
        chapter,
        assignment,
        told["student"],
        told["db_url"],
        folder(places.submitted_directory, told["student"]),
        master,
        _master(folder(places.release_directory) / f"{notebook}.ipynb", chapter) or master,
    )


def _master(file: Path, chapter: Chapter) -> Mapping[str, Any] | None:
    """The instructor's notebook; None if it asks for nothing that the chapter has."""
    try:
        notebook: Mapping[str, Any] = json.loads(file.read_bytes())
        told = [cell["metadata"].get("nbgrader", {}) for cell in notebook["cells"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    asked = {test_id(exercise.name) for exercise in chapter.exercises}
    return notebook if any(each.get("grade_id") in asked for each in told) else None


def _coursedir(part: Any) -> Any:
    """nbgrader's description of its folders, which the converter has."""
    while not hasattr(part, "coursedir"):
        part = part.parent
    return part.coursedir


class _Rebuilding(Torchgrade, NotebookExporter):
    """Reads of a submitted notebook of ours nothing but the text: the rest is the instructor's.

    So whatever a student did to it, nbgrader's steps get one that they can work with. By itself
    nbgrader gives a whole class up for one notebook whose metadata it takes for an old version's.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.root is None:
            raise _told(self, "No torchgrade course is known: see c.Torchgrade.course")
        try:
            chapter = resident().chapter(self.root, _coursedir(self).assignment_id)
            if chapter is not None:
                self._begin(self.root, chapter)
        except (UserError, OSError) as error:
            raise _told(self, str(error)) from None

    def _begin(self, root: Path, chapter: Chapter) -> None:
        """Submissions of ``chapter`` will be converted."""

    def from_filename(self, filename: str, resources: Any = None, **kwargs: Any) -> Converted:
        ours = _ours(self, resources) if getattr(self.parent, "_sanitizing", False) else None
        if ours is None:
            return super().from_filename(filename, resources, **kwargs)
        path = Path(filename)
        resources["metadata"] = ResourcesDict(name=path.stem, path=str(path.parent))
        submitted = self._submitted(ours)
        made = rebuilt(ours.master, submitted, resident().language(ours.root))
        converted: Converted = self.from_notebook_node(nbformat.from_dict(made), resources)
        return converted

    def _submitted(self, ours: _Ours) -> bytes:
        return ours.notebook()


class KernelExporter(_Rebuilding):
    """What nbgrader's own `Autograde` reads notebooks with, which then runs them in kernels."""

    def _begin(self, root: Path, chapter: Chapter) -> None:
        """See that nbgrader counts lateness from the course's due date."""
        places = _coursedir(self)
        name = places.assignment_id
        with suppress(MissingEntry), Gradebook(places.db_url, places.course_id) as gradebook:
            if chapter.due is not None and gradebook.find_assignment(name):
                gradebook.update_or_create_assignment(name, duedate=chapter.due)

    def register_preprocessor(self, preprocessor: Any, enabled: bool = False) -> Any:
        instead = {Execute: RunGuarded, SaveAutoGrades: SaveMarks}
        return super().register_preprocessor(instead.get(preprocessor, preprocessor), enabled)

    def _submitted(self, ours: _Ours) -> bytes:
        submitted = ours.notebook()
        reason = cells_of(submitted)
        if isinstance(reason, Reason):
            # nbgrader has a mark for every cell that has run, or none for a submission at all.
            raise _told(self, f"The notebook of {ours.student} is set aside: {reason}")
        return submitted


class SandboxExporter(_Rebuilding):
    """What `Autograde` reads and writes notebooks with, once it is told to grade in the sandbox.

    Whatever list of preprocessors is configured, those that would run student code or enter
    marks are replaced by ours, which do what they always did for notebooks that are not ours.
    """

    def _begin(self, root: Path, chapter: Chapter) -> None:
        resident().prepare(root, assignment_name(chapter.name))

    def register_preprocessor(self, preprocessor: Any, enabled: bool = False) -> Any:
        return super().register_preprocessor(_INSTEAD.get(preprocessor, preprocessor), enabled)


class GradeAnswers(Torchgrade, Execute):
    """Has answers graded in the sandbox where `Execute` would run the notebook."""

    def preprocess(self, nb: Any, resources: Any = None, km: Any = None) -> Converted:
        ours = _ours(self, resources)
        if ours is None:
            converted: Converted = super().preprocess(nb, resources, km)
            return converted
        try:
            graded = resident().grade(
                ours.root, ours.assignment, ours.database, ours.student, ours.submitted
            )
        except (UserError, EngineFault, OSError) as error:
            raise _told(self, f"Nothing can be graded: {error}") from None
        for _, reason in graded.tally.unreadable:
            raise _told(self, f"Nothing can be graded: {reason}")
        for student, exercise, reason in graded.tally.ungraded:
            name = exercise.rpartition("/")[2]
            self.log.warning("%s of %s is not graded: %s", name, student, one_line(reason))
        self.log.info("%s", _summary(ours, graded))
        results = {result.exercise: result for result in graded.results.values()}
        return nbformat.from_dict(marked(nb, results, graded.language)), resources


class RunGuarded(Torchgrade, Execute):
    """Runs notebooks of ours in kernels in which nothing but our graded cells does anything.

    In other notebooks that would leave tests without an error, which are right to nbgrader.
    """

    def preprocess(self, nb: Any, resources: Any = None, km: Any = None) -> Converted:
        environment: Mapping[str, str] = {}
        if _ours(self, resources) is not None:
            self.set_trait("extra_arguments", [*self.extra_arguments, *guard.ARGUMENTS])
            environment = guard.ENVIRONMENT
        with _environment(environment):
            converted: Converted = super().preprocess(nb, resources, km)
        return converted


class SaveMarks(Torchgrade, SaveAutoGrades):
    """Leaves to a person what has run in a kernel and tells nothing.

    That is so of answers that are set aside, and of tests that the instructor has added.
    """

    def preprocess(self, nb: Any, resources: Any) -> Converted:
        converted: Converted = super().preprocess(nb, resources)
        ours = _ours(self, resources)
        if ours is not None:
            with Gradebook(ours.database) as gradebook:
                for name, why in ours.untold(nb).items():
                    self.log.warning("%s of %s is not graded: %s", name, ours.student, why)
                    of = (ours.assignment, ours.assignment, ours.student)
                    grade = gradebook.find_grade(name, *of)
                    grade.auto_score, grade.needs_manual_grade = None, True
                gradebook.db.commit()
        return converted


class EnterMarks(Torchgrade, SaveAutoGrades):
    """Enters marks, comments and what lateness costs, as ``course grade`` does."""

    def preprocess(self, nb: Any, resources: Any) -> Converted:
        ours = _ours(self, resources)
        if ours is None:
            converted: Converted = super().preprocess(nb, resources)
            return converted
        nothing = {(ours.student, ours.chapter.name): unanswered(ours.released, ours.notebook())}
        try:
            resident().enter(ours.root, ours.database, ours.student, nothing)
        except UserError as error:
            raise _told(self, f"Marks can't be entered: {error}") from None
        return nb, resources


class LatePenalties(Torchgrade, AssignLatePenalties):
    """Leaves alone what `EnterMarks` has entered, lateness included."""

    def preprocess(self, nb: Any, resources: Any) -> Converted:
        if _ours(self, resources) is not None:
            return nb, resources
        converted: Converted = super().preprocess(nb, resources)
        return converted


_INSTEAD: Final[Mapping[Any, Any]] = {
    Execute: GradeAnswers,
    SaveAutoGrades: EnterMarks,
    AssignLatePenalties: LatePenalties,
}


@contextmanager
def _environment(changes: Mapping[str, str]) -> Iterator[None]:
    """Variables of this process's environment, for as long as a kernel is started and runs."""
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _told(part: Torchgrade, message: str) -> NbGraderException:
    """An exception that says nothing itself: nbgrader shows some and swallows others."""
    part.log.error("%s", message)
    return NbGraderException(message)


def _summary(ours: _Ours, graded: Graded) -> str:
    scores = [result.score for result in graded.results.values()]
    earned = format_points(math.fsum(score.earned or 0.0 for score in scores))
    maximum = format_points(math.fsum(score.maximum for score in scores))
    known = graded.tally.reused + graded.tally.unchanged
    return (
        f"{ours.student}: {earned} of {maximum} points in {ours.assignment} "
        f"({graded.tally.ran} answers run, {known} known)"
    )
