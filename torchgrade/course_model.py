"""The course model: Course, Chapter, Exercise, and what they are called.

Pure data. Paths are derived from names and never configured. Selecting exercises by name stands
here too.
"""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from torchgrade.errors import N_, UserError
from torchgrade.late import NO_PENALTY, LatePolicy
from torchgrade.nearest import nearest
from torchgrade.sandbox.levels import Limits
from torchgrade.text import Text
from torchgrade.timing.model import TimingRules

__all__ = [
    "TREES",
    "Chapter",
    "Course",
    "Exercise",
    "Limits",
    "SelectionError",
    "Slurm",
    "chapter_name_problem",
    "chapter_number",
    "exercise_name_problem",
]

TREES: Final = ("exercises", "solutions", "graders")
"""The folders of a course; each has a folder for every chapter."""

_SNAKE_CASE: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_CHAPTER: Final = re.compile(r"ch([0-9]{2})_[a-z0-9]+(_[a-z0-9]+)*")
_CHAPTER_SHORT: Final = re.compile(r"ch([0-9]{1,2})")


@dataclass(frozen=True)
class Exercise:
    """One exercise. Its files need not exist: a student has no solutions."""

    name: str
    chapter: str
    points: float
    topics: tuple[str, ...]
    hints: tuple[Text, ...]
    limits: Limits
    root: Path
    """The course's folder."""
    languages: tuple[str, ...] = ("en",)
    written: float = 0.0
    """Points of the written part, which a person grades; 0 if there is none."""
    timing: TimingRules = field(default_factory=TimingRules)
    """What counts of how fast an answer is."""

    @property
    def key(self) -> str:
        """``ch06_autograd/detach_semantics``: unique within the course."""
        return f"{self.chapter}/{self.name}"

    @property
    def stub(self) -> Path:
        return self.root / "exercises" / self.chapter / f"{self.name}.py"

    @property
    def solution(self) -> Path:
        return self.root / "solutions" / self.chapter / f"{self.name}.py"

    @property
    def grader(self) -> Path:
        return self.root / "graders" / self.chapter / f"test_{self.name}.py"

    def statement(self, language: str) -> Path:
        """The exercise's text in ``language``, which must be a language of the course."""
        return self.stub.with_name(_text_file(self.name, language, self.languages))

    def written_statement(self, language: str) -> Path:
        """What the written part asks for, in a language of the course; only if there is one."""
        return self.stub.with_name(_text_file(f"{self.name}.written", language, self.languages))


@dataclass(frozen=True)
class Chapter:
    name: str
    title: Text
    due: datetime | None
    """Always with a time zone."""
    exercises: tuple[Exercise, ...]
    late: LatePolicy = NO_PENALTY
    """What handing in after ``due`` costs."""


@dataclass(frozen=True)
class Slurm:
    """The jobs that ``course grade --scheduler slurm`` asks a Slurm cluster for."""

    cores: int
    """Of one job; each grades on its own."""
    memory: int
    """Of one job, in bytes."""
    walltime: timedelta
    jobs: int
    partition: str | None = None
    account: str | None = None
    gpus: int = 0
    """Of one job. With GPUs, a job has a grader for each GPU in place of one for each core."""
    python: str | None = None
    """The interpreter there; None: the one that runs here, which must then exist there too."""
    interface: str | None = None
    """The network between here and the jobs; None: the one that leads to the internet."""
    directives: tuple[str, ...] = ()
    """More options of sbatch."""
    prologue: tuple[str, ...] = ()
    """Shell commands that a job begins with."""

    @property
    def workers(self) -> int:
        """Graders in one job."""
        return self.gpus or self.cores


@dataclass(frozen=True)
class Course:
    root: Path
    title: Text
    languages: tuple[str, ...]
    """The first is the default."""
    sandbox: str
    """The lowest sandbox level that answers may be graded at."""
    limits: Limits
    chapters: tuple[Chapter, ...]
    slurm: Slurm | None = None
    """Where else it may be graded than on this machine."""
    timing: TimingRules = field(default_factory=TimingRules)

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        """All exercises in the course's order."""
        return tuple(exercise for chapter in self.chapters for exercise in chapter.exercises)

    @property
    def points(self) -> float:
        """Those of written parts included."""
        return math.fsum(exercise.points + exercise.written for exercise in self.exercises)

    def readme(self, chapter: str, language: str) -> Path:
        """The introduction of a chapter in ``language``, a language of the course."""
        folder = self.root / "exercises" / chapter
        return folder / _text_file("README", language, self.languages)

    def chapter(self, name: str) -> Chapter | None:
        """The chapter that ``name`` stands for (``ch03``, ``ch03_indexing``), if there is one."""
        wanted = _normalised(name)
        short = _CHAPTER_SHORT.fullmatch(wanted)
        for chapter in self.chapters:
            if chapter.name == wanted:
                return chapter
            if short and chapter_number(chapter.name) == int(short[1]):
                return chapter
        return None

    def select(self, names: Sequence[str]) -> tuple[Exercise, ...]:
        """The exercises that ``names`` stand for, in the course's order, each once.

        A name is ``ch03``, ``ch03_indexing``, ``ch03/gather``, ``ch03_indexing/gather``,
        ``gather`` if only one chapter has it, ``all``, or the path of one of the exercise's files.
        Hyphens equal underscores. No names at all stand for the whole course.

        Raises `SelectionError` for a name that is unknown or ambiguous.
        """
        if not names:
            return self.exercises
        chosen = {exercise.key for name in names for exercise in self._named(name)}
        return tuple(exercise for exercise in self.exercises if exercise.key in chosen)

    def _named(self, name: str) -> tuple[Exercise, ...]:
        wanted = _normalised(name)
        if wanted == "all":
            return self.exercises
        chapter_part, slash, exercise_part = wanted.rpartition("/")
        chapter = self.chapter(chapter_part if slash else wanted)
        if chapter is not None and not slash:
            return chapter.exercises
        among = self.exercises if not slash else chapter.exercises if chapter is not None else ()
        found = tuple(exercise for exercise in among if exercise.name == exercise_part)
        if len(found) == 1:
            return found
        if found:
            raise SelectionError(name, tuple(exercise.key for exercise in found), ambiguous=True)
        raise SelectionError(name, self._near(chapter_part, chapter, exercise_part))

    def _near(
        self, chapter_part: str, chapter: Chapter | None, exercise_part: str
    ) -> tuple[str, ...]:
        """What somebody who wrote an unknown name may have meant."""
        if chapter is None and not chapter_part:
            known = [e.name for e in self.exercises] + [c.name for c in self.chapters] + ["all"]
            guess = nearest(exercise_part, known)
            return (guess,) if guess else ()
        # The exercise's own name says more than the chapter that it was looked for in.
        guess = nearest(exercise_part, (e.name for e in chapter.exercises)) if chapter else None
        if chapter is not None and guess:
            return (f"{chapter.name}/{guess}",)
        guess = nearest(exercise_part, (e.name for e in self.exercises))
        return tuple(e.key for e in self.exercises if e.name == guess)


class SelectionError(UserError):
    """A name stands for no exercise, or for several."""

    def __init__(self, name: str, candidates: Sequence[str], *, ambiguous: bool = False) -> None:
        self.name = name
        self.candidates = tuple(candidates)
        self.ambiguous = ambiguous
        values = {"name": name, "candidates": ", ".join(candidates)}
        if ambiguous:
            fact = N_("Several exercises are called {name}.")
            remedy = N_("Choose one of: {candidates}")
        else:
            fact = N_("There is no exercise or chapter called {name}.")
            remedy = (
                N_("Did you mean {candidates}?")
                if candidates
                else N_("Run “course list” to see all exercises.")
            )
        super().__init__(fact, remedy, values)


def chapter_number(name: str) -> int:
    """The number in a valid chapter name: 6 of ``ch06_autograd``."""
    return int(name[2:4])


def chapter_name_problem(name: str) -> str | None:
    """Why ``name`` can't be a chapter's name, or None if it can."""
    if _CHAPTER.fullmatch(name):
        return None
    return "it must look like ch06_autograd: 'ch', two digits, '_', then lower-case words"


def exercise_name_problem(name: str) -> str | None:
    """Why ``name`` can't be an exercise's name, or None if it can."""
    if not _SNAKE_CASE.fullmatch(name):
        return (
            "it must be a module name in lower-case words joined by '_', such as detach_semantics"
        )
    if keyword.iskeyword(name):
        return "it is a keyword of Python"
    if name in ("all", "readme", "conftest") or re.fullmatch(r"ch[0-9]+(_.*)?", name):
        return "it is reserved"
    return None


def _text_file(stem: str, language: str, languages: Iterable[str]) -> str:
    """The first language's file is NAME.md, the others' are NAME.LANGUAGE.md."""
    first = next(iter(languages))
    return f"{stem}.md" if language == first else f"{stem}.{language}.md"


def _normalised(name: str) -> str:
    """A name as people write it -> ``chapter/exercise``, ``chapter``, ``exercise`` or ``all``."""
    parts = [part for part in name.strip().replace("\\", "/").split("/") if part not in ("", ".")]
    trees = [index for index, part in enumerate(parts) if part in TREES]
    prefix = ""
    if trees:
        # The last one counts: a course may itself lie below a folder called exercises.
        prefix = "test_" if parts[trees[-1]] == "graders" else ""
        parts = parts[trees[-1] + 1 :] or ["all"]
    if parts and parts[-1].endswith((".py", ".md")):
        stem = parts.pop().split(".", 1)[0].removeprefix(prefix)
        parts = [*parts[-1:], stem] if stem != "README" else parts[-1:]
    return "/".join(part for part in parts if part != "..").lower().replace("-", "_")
