"""course.yml -> Course, Chapter, Exercise.

Owns finding, reading and validating course.yml. The model itself is in
`torchgrade.course_model`; import it from here. Needs neither torch nor pytest.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeVar

from torchgrade.course_files import check_files
from torchgrade.course_model import (
    Chapter,
    Course,
    Exercise,
    Limits,
    SelectionError,
    Slurm,
    chapter_name_problem,
    chapter_number,
    exercise_name_problem,
)
from torchgrade.errors import N_, UserError
from torchgrade.late import NO_PENALTY, LatePolicy, duration
from torchgrade.nearest import nearest
from torchgrade.text import Text
from torchgrade.timing.model import TIMING_RULES, TimingRules
from torchgrade.yamlfile import (
    MappingNode,
    Node,
    Problem,
    Reader,
    ScalarNode,
    YamlError,
    decode,
    parse,
)

__all__ = [
    "COURSE_FILE",
    "SANDBOX_LEVELS",
    "Chapter",
    "Course",
    "CourseError",
    "CourseNotFoundError",
    "Exercise",
    "Limits",
    "Problem",
    "SelectionError",
    "Slurm",
    "Topic",
    "chapter_name_problem",
    "chapter_number",
    "check_files",
    "exercise_name_problem",
    "find",
    "load",
    "read",
    "topics",
]

COURSE_FILE: Final = "course.yml"
FORMAT: Final = 1
SANDBOX_LEVELS: Final = ("jail", "landlock", "process")
"""Strongest first."""

MAX_FILE_SIZE: Final = 4 * 1024**2
MAX_POINTS: Final = 1e6
MAX_SECONDS: Final = 86400.0

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SIZE: Final = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,6})?) ?(B|KiB|MiB|GiB|TiB)")
_NEAR_SIZE: Final = re.compile(r"([0-9.]+) ?([kmgt])(i?b)?", re.IGNORECASE)
_PERCENT: Final = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,3})?) ?%")
_WORD: Final = re.compile(r"[A-Za-z0-9_./@+][A-Za-z0-9_./,:@+-]*")
_SHORTEST_JOB: Final = timedelta(minutes=5)
_LONGEST_JOB: Final = timedelta(days=30)
_UNITS: Final = {"B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3, "TiB": 1024**4}

_Number = TypeVar("_Number", int, float)


@dataclass(frozen=True)
class Topic:
    """Something that a course on deep learning teaches; exercises name it by its id."""

    id: str
    chapter: str
    title: Text


class CourseNotFoundError(UserError):
    """There is no course.yml where one was looked for."""


class CourseError(UserError):
    """course.yml can't be used; holds every problem found in it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(N_("The course's description has errors; its author must repair it."))
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def find(start: Path) -> Path:
    """The nearest folder that holds a course.yml: ``start`` or one above it.

    Raises `CourseNotFoundError`.
    """
    folder = Path(os.path.abspath(start))
    for candidate in (folder, *folder.parents):
        if (candidate / COURSE_FILE).is_file():
            return candidate
    raise CourseNotFoundError(
        N_("There is no course.yml in {folder} or in any folder above it."),
        N_("Go to the folder of a course, or name it with --course DIR."),
        {"folder": folder},
    )


def load(path: Path) -> Course:
    """The course in the folder ``path`` (or described by the file ``path``).

    Demands course.yml only; `check_files` looks at the other files. Raises `CourseNotFoundError`,
    or `CourseError` with all problems at once.
    """
    file = Path(os.path.abspath(path))
    if file.is_dir():
        file = file / COURSE_FILE
    if not file.is_file():
        raise CourseNotFoundError(
            N_("There is no file {file}."),
            N_("Go to the folder of a course, or name it with --course DIR."),
            {"file": file},
        )
    try:
        if file.stat().st_size > MAX_FILE_SIZE:
            limit = MAX_FILE_SIZE // 1024**2
            raise CourseError([Problem(file, None, f"larger than {limit} MiB")])
        text = decode(file.read_bytes())
    except YamlError as error:
        raise CourseError([Problem(file, error.line, error.message)]) from None
    except OSError as error:
        raise CourseError([Problem(file, None, f"can't be read: {error.strerror}")]) from None
    return read(text, file)


def read(text: str, path: Path) -> Course:
    """The course that ``text``, the contents of ``path``, describes. Raises `CourseError`."""
    try:
        tree = parse(text)
    except YamlError as error:
        raise CourseError([Problem(path, error.line, error.message)]) from None
    if tree is None:
        raise CourseError([Problem(path, None, "the file is empty")])
    reader = Reader(path)
    course = _CourseReader(reader, path.parent).course(tree)
    if reader.problems:
        raise CourseError(sorted(reader.problems, key=lambda problem: problem.line or 0))
    return course


@lru_cache(maxsize=1)
def topics() -> Mapping[str, Topic]:
    """The topics that exercises may name, by id."""
    file = Path(__file__).with_name("topics.yml")
    tree = parse(file.read_text(encoding="utf-8"))
    assert isinstance(tree, MappingNode)
    reader = Reader(file)
    found: dict[str, Topic] = {}
    for chapter, listed in reader.entries(tree, "topics"):
        for name, title in reader.entries(listed, chapter.text):
            versions = [(key.text, reader.text(v, "title")) for key, v in reader.entries(title, "")]
            known = tuple((language, wording) for language, wording in versions if wording)
            found[name.text] = Topic(name.text, chapter.text, Text(known))
    return found


class _CourseReader:
    """Builds the course from the tree of course.yml.

    Where a value is wrong, the problem is noted in ``reader`` and a stand-in used, so that the
    rest of the file is checked as well. The result counts only if no problem was noted.
    """

    def __init__(self, reader: Reader, root: Path) -> None:
        self.reader = reader
        self.root = root
        self.languages: tuple[str, ...] = ()
        self.timing = TimingRules()

    def course(self, tree: Node) -> Course:
        fields = self.reader.fields(
            tree,
            "the course",
            ("format", "title", "languages", "chapters"),
            ("sandbox", "limits", "timing", "late", "cluster"),
        )
        # A later format may mean anything by its keys; problems with them would only mislead.
        if "format" in fields and not self._known_format(fields["format"]):
            return Course(self.root, Text(()), (), SANDBOX_LEVELS[0], Limits(), ())
        if "languages" in fields:
            self.languages = self._languages(fields["languages"])
        title = self._text(fields.get("title"), "the course's title")
        sandbox = SANDBOX_LEVELS[0]
        if "sandbox" in fields:
            sandbox = self.reader.choice(fields["sandbox"], "sandbox", SANDBOX_LEVELS) or sandbox
        limits = self._limits(fields.get("limits"), "limits", Limits())
        if "timing" in fields:
            self.timing = self._timing(fields["timing"])
        late = self._late(fields.get("late"), "late", NO_PENALTY)
        slurm = self._cluster(fields["cluster"]) if "cluster" in fields else None
        chapters: tuple[Chapter, ...] = ()
        if "chapters" in fields:
            chapters = self._chapters(fields["chapters"], limits, late)
        return Course(
            *(self.root, title, self.languages, sandbox, limits, chapters, slurm, self.timing)
        )

    def _known_format(self, node: Node) -> bool:
        if isinstance(node, ScalarNode) and node.text == str(FORMAT):
            return True
        self.reader.problems.clear()
        remedy = "; a newer torchgrade may read it" if self._is_later_format(node) else ""
        read = node.text if isinstance(node, ScalarNode) else "no number"
        self.reader.report(node, f"format is {read!r}; this version reads format {FORMAT}{remedy}")
        return False

    @staticmethod
    def _is_later_format(node: Node) -> bool:
        if not isinstance(node, ScalarNode) or not re.fullmatch(r"[1-9][0-9]{0,5}", node.text):
            return False
        return int(node.text) > FORMAT

    def _languages(self, node: Node) -> tuple[str, ...]:
        found: list[str] = []
        for item in self.reader.items(node, "languages"):
            name = self.reader.text(item, "a language")
            if name is None:
                continue
            if not _LANGUAGE.fullmatch(name):
                self.reader.refuse(item, "a language", "a code such as en, zh or pt-BR")
            elif name in found:
                self.reader.report(item, f"the language {name!r} is listed twice")
            else:
                found.append(name)
        empty = isinstance(node, ScalarNode) and node.null
        if empty or (not isinstance(node, ScalarNode) and not _children(node)):
            self.reader.refuse(node, "languages", "a list of at least one language")
        return tuple(found)

    def _text(self, node: Node | None, what: str) -> Text:
        """A text in every language of the course; a plain string will do if there is only one."""
        if node is None:
            return Text(())
        if isinstance(node, ScalarNode) and not node.null and len(self.languages) == 1:
            wording = self.reader.text(node, what)
            return Text(((self.languages[0], wording),)) if wording else Text(())
        example = (
            "{" + ", ".join(f"{language}: ..." for language in self.languages or ("en",)) + "}"
        )
        if not isinstance(node, MappingNode):
            self.reader.refuse(node, what, f"a text in every language: {example}")
            return Text(())
        versions: dict[str, str] = {}
        listed: set[str] = set()
        for key, value in self.reader.entries(node, what):
            if self.languages and key.text not in self.languages:
                guess = nearest(key.text, self.languages)
                hint = f"; did you mean {guess!r}?" if guess else ""
                allowed = ", ".join(self.languages)
                self.reader.report(
                    key, f"{what} has unknown language {key.text!r}; allowed are {allowed}{hint}"
                )
                continue
            listed.add(key.text)
            wording = self.reader.text(value, f"{what} in {key.text!r}")
            if wording is not None:
                versions[key.text] = wording
        for language in self.languages:
            if language not in listed:
                self.reader.report(node, f"{what} lacks its version in {language!r}: {example}")
        return Text(tuple((name, versions[name]) for name in self.languages if name in versions))

    def _limits(self, node: Node | None, what: str, default: Limits) -> Limits:
        if node is None or (isinstance(node, ScalarNode) and node.null):
            return default
        known = ("seconds", "exercise_seconds", "memory", "processes", "output")
        fields = self.reader.fields(node, what, (), known)

        def read(
            name: str, value_of: Callable[[Node, str], _Number | None], otherwise: _Number
        ) -> _Number:
            if name not in fields:
                return otherwise
            value = value_of(fields[name], f"{what}: {name}")
            return otherwise if value is None else value

        return Limits(
            seconds=read("seconds", self._seconds, default.seconds),
            exercise_seconds=read("exercise_seconds", self._seconds, default.exercise_seconds),
            memory=read("memory", self._memory, default.memory),
            processes=read("processes", self._processes, default.processes),
            output=read("output", self._output, default.output),
        )

    def _timing(self, node: Node) -> TimingRules:
        default = TimingRules()
        fields = self.reader.fields(node, "timing", (), ("cpu", "cuda", "seconds"))

        def rule(name: str, otherwise: str) -> str:
            if name not in fields:
                return otherwise
            return self.reader.choice(fields[name], f"timing: {name}", TIMING_RULES) or otherwise

        seconds = None
        if "seconds" in fields:
            seconds = self.reader.positive(fields["seconds"], "timing: seconds", MAX_SECONDS)
        return TimingRules(
            rule("cpu", default.cpu), rule("cuda", default.cuda), seconds or default.seconds
        )

    def _seconds(self, node: Node, what: str) -> float | None:
        return self.reader.positive(node, what, MAX_SECONDS)

    def _memory(self, node: Node, what: str) -> int | None:
        return self._size(node, what, "1 MiB")

    def _processes(self, node: Node, what: str) -> int | None:
        return self.reader.integer(node, what, 1, 10_000)

    def _output(self, node: Node, what: str) -> int | None:
        return self._size(node, what, "1 B")

    def _size(self, node: Node, what: str, least: str) -> int | None:
        """A number of bytes, from ``least`` to 1 PiB."""
        if isinstance(node, ScalarNode):
            size, smallest = _bytes(node.text), _bytes(least)
            if size is not None and smallest is not None and smallest <= size <= 1024**5:
                return size
        # 512MB, 1 GB, 64 kib: the number with the unit that is allowed.
        near = isinstance(node, ScalarNode) and _NEAR_SIZE.fullmatch(node.text)
        meant = f"{near[1]} {near[2].upper()}iB" if near else None
        allowed = f"a size of at least {least}, such as 512 MiB, 1 GiB or a whole number of bytes"
        self.reader.refuse(node, what, allowed, meant)
        return None

    def _late(self, node: Node | None, what: str, default: LatePolicy) -> LatePolicy:
        if node is None or (isinstance(node, ScalarNode) and node.null):
            return default
        fields = self.reader.fields(node, what, (), ("grace", "per_day", "cutoff"))
        grace = cutoff = None
        per_day = default.per_day
        if "grace" in fields:
            grace = self._duration(fields["grace"], f"{what}: grace")
        if "cutoff" in fields:
            cutoff = self._duration(fields["cutoff"], f"{what}: cutoff")
        if "per_day" in fields:
            per_day = self._share(fields["per_day"], f"{what}: per_day")
        if grace is not None and cutoff is not None and cutoff < grace:
            self.reader.report(fields["cutoff"], f"{what}: cutoff comes before the end of grace")
        return LatePolicy(
            grace=default.grace if grace is None else grace,
            per_day=per_day,
            cutoff=default.cutoff if cutoff is None else cutoff,
        )

    def _duration(self, node: Node, what: str) -> timedelta | None:
        found = duration(node.text) if isinstance(node, ScalarNode) and not node.null else None
        if found is None:
            self.reader.refuse(node, what, "a length of time, such as 15 min, 36 h or 7 days")
        return found

    def _share(self, node: Node, what: str) -> float:
        read = _PERCENT.fullmatch(node.text) if isinstance(node, ScalarNode) else None
        share = float(read[1]) / 100 if read else -1.0
        if not 0 <= share <= 1:
            self.reader.refuse(node, what, "a percentage from 0 % to 100 %, such as 10 %")
            return 0.0
        return share

    def _cluster(self, node: Node) -> Slurm | None:
        fields = self.reader.fields(node, "cluster", ("slurm",))
        return self._slurm(fields["slurm"], "cluster: slurm") if "slurm" in fields else None

    def _slurm(self, node: Node, what: str) -> Slurm | None:
        needed = ("cores", "memory", "walltime", "jobs")
        words = ("partition", "account", "python", "interface")
        lines = ("directives", "prologue")
        fields = self.reader.fields(node, what, needed, (*words, "gpus", *lines))

        def count(name: str, least: int, most: int) -> int | None:
            return self.reader.integer(fields[name], f"{what}: {name}", least, most)

        cores = count("cores", 1, 1024) if "cores" in fields else None
        jobs = count("jobs", 1, 10_000) if "jobs" in fields else None
        gpus = count("gpus", 0, 64) if "gpus" in fields else 0
        memory = walltime = None
        if "memory" in fields:
            memory = self._size(fields["memory"], f"{what}: memory", "1 GiB")
        if "walltime" in fields:
            walltime = self._walltime(fields["walltime"], f"{what}: walltime")
        told = {n: self._word(fields[n], f"{what}: {n}") for n in words if n in fields}
        listed = {n: self._lines(fields[n], f"{what}: {n}") for n in lines if n in fields}
        for directive, item in listed.get("directives", ()):
            if not directive.startswith("-"):
                self.reader.refuse(item, f"{what}: directives", "options such as --constraint=avx2")
        if cores is None or memory is None or walltime is None or jobs is None:
            return None
        return Slurm(
            cores=cores,
            memory=memory,
            walltime=walltime,
            jobs=jobs,
            gpus=gpus or 0,
            partition=told.get("partition"),
            account=told.get("account"),
            python=told.get("python"),
            interface=told.get("interface"),
            directives=tuple(line for line, _ in listed.get("directives", ())),
            prologue=tuple(line for line, _ in listed.get("prologue", ())),
        )

    def _walltime(self, node: Node, what: str) -> timedelta | None:
        found = self._duration(node, what)
        if found is not None and not _SHORTEST_JOB <= found <= _LONGEST_JOB:
            self.reader.refuse(node, what, "from 5 min to 30 days")
            return None
        return found

    def _word(self, node: Node, what: str) -> str | None:
        """Something that can stand in an option of a command without being taken for another."""
        if isinstance(node, ScalarNode) and _WORD.fullmatch(node.text):
            return node.text
        self.reader.refuse(node, what, "letters, digits and any of . _ / , : @ + -, not first a -")
        return None

    def _lines(self, node: Node, what: str) -> list[tuple[str, Node]]:
        found: list[tuple[str, Node]] = []
        for item in self.reader.items(node, what):
            line = self.reader.text(item, what)
            if line is not None and len(line.splitlines()) > 1:
                self.reader.refuse(item, what, "a list of single lines")
            elif line is not None:
                found.append((line, item))
        return found

    def _chapters(self, node: Node, limits: Limits, late: LatePolicy) -> tuple[Chapter, ...]:
        chapters: list[Chapter] = []
        last: str | None = None
        for key, value in self.reader.entries(node, "chapters"):
            problem = chapter_name_problem(key.text)
            if problem:
                self.reader.report(key, f"chapter name {key.text!r}: {problem}")
            else:
                if last is not None and chapter_number(key.text) <= chapter_number(last):
                    self.reader.report(
                        key, f"chapter {key.text!r} follows {last!r}; numbers must increase"
                    )
                last = key.text
            chapters.append(self._chapter(key.text, value, limits, late))
        return tuple(chapters)

    def _chapter(self, name: str, node: Node, limits: Limits, late: LatePolicy) -> Chapter:
        known = ("due", "late")
        fields = self.reader.fields(node, f"chapter {name}", ("title", "exercises"), known)
        title = self._text(fields.get("title"), f"the title of chapter {name}")
        due = self._due(fields["due"], name) if "due" in fields else None
        exercises: list[Exercise] = []
        if "exercises" in fields:
            listed = self.reader.entries(fields["exercises"], f"exercises of chapter {name}")
            for key, value in listed:
                problem = exercise_name_problem(key.text)
                if problem:
                    guess = re.sub(r"[^a-z0-9]+", "_", key.text.lower()).strip("_")
                    valid = guess != key.text and exercise_name_problem(guess) is None
                    hint = f"; did you mean {guess!r}?" if valid else ""
                    self.reader.report(key, f"exercise name {key.text!r}: {problem}{hint}")
                exercises.append(self._exercise(name, key.text, value, limits))
        policy = self._late(fields.get("late"), f"late of chapter {name}", late)
        return Chapter(name, title, due, tuple(exercises), policy)

    def _due(self, node: Node, chapter: str) -> datetime | None:
        what = f"due of chapter {chapter}"
        allowed = "a date and time with a time zone, such as 2026-12-20T23:59:00+01:00"
        if isinstance(node, ScalarNode) and not node.null:
            try:
                due = datetime.fromisoformat(node.text)
            except ValueError:
                pass
            else:
                if due.tzinfo is not None:
                    return due
                allowed += " (the zone is missing)"
        self.reader.refuse(node, what, allowed)
        return None

    def _exercise(self, chapter: str, name: str, node: Node, limits: Limits) -> Exercise:
        what = f"exercise {chapter}/{name}"
        known = ("topics", "limits", "hints", "written")
        fields = self.reader.fields(node, what, ("points",), known)
        points = written = None
        if "points" in fields:
            points = self.reader.positive(fields["points"], f"points of {what}", MAX_POINTS)
        if "written" in fields:
            written = self.reader.positive(fields["written"], f"written of {what}", MAX_POINTS)
        return Exercise(
            name=name,
            chapter=chapter,
            points=points or 0.0,
            topics=self._topics(fields.get("topics"), what),
            hints=self._hints(fields.get("hints"), what),
            limits=self._limits(fields.get("limits"), f"limits of {what}", limits),
            root=self.root,
            languages=self.languages,
            written=written or 0.0,
            timing=self.timing,
        )

    def _topics(self, node: Node | None, what: str) -> tuple[str, ...]:
        found: list[str] = []
        for item in self.reader.items(node, f"topics of {what}") if node is not None else ():
            name = self.reader.text(item, f"a topic of {what}")
            if name is None:
                continue
            if name in found:
                self.reader.report(item, f"topic {name!r} is listed twice for {what}")
            elif name not in topics():
                guess = nearest(name, topics())
                hint = f"; did you mean {guess!r}?" if guess else ""
                self.reader.report(item, f"unknown topic {name!r} of {what}{hint}")
            found.append(name)
        return tuple(found)

    def _hints(self, node: Node | None, what: str) -> tuple[Text, ...]:
        if node is None:
            return ()
        items = self.reader.items(node, f"hints of {what}")
        return tuple(
            self._text(item, f"hint {number} of {what}") for number, item in enumerate(items, 1)
        )


def _bytes(written: str) -> int | None:
    """``512 MiB``, ``1 GiB`` or ``1024`` in bytes; None for anything else and for half a byte."""
    parts = _SIZE.fullmatch(written) or _SIZE.fullmatch(f"{written} B")
    if parts is None:
        return None
    size = float(parts[1]) * _UNITS[parts[2]]
    return int(size) if size.is_integer() else None


def _children(node: Node) -> Sequence[object]:
    if isinstance(node, MappingNode):
        return node.entries
    return () if isinstance(node, ScalarNode) else node.items
