"""Every known attack on `course check`, each a file with the verdict that it must get.

All of them are graded in one session, in a shuffled order, with honest answers between them: no
attack may gain a mark, change what anyone else gets, or end the session. A submission says in its
head which exercise it answers (``# exercise:``, rampart if it doesn't say) and what each test must
come to: ``# expect: values=raised|value *=failed`` names kinds of failure, ``failed`` stands for
any, ``*`` for the tests not named. Files called ``limit_*`` succeed by construction; they show what
a grader must not rely on (see docs/authoring.md).
"""

from __future__ import annotations

import io
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from torchgrade.course import Course, Exercise, load
from torchgrade.fixtures import Random, seed_for
from torchgrade.report.json_ import to_json
from torchgrade.report.terminal import render
from torchgrade.result import Blame, ExerciseResult, Failure, Kind, Outcome, Status
from torchgrade.sandbox.levels import Level
from torchgrade.sandbox.server import ForkServer, Server
from torchgrade.session import Grader, Options, Subject, grade
from torchgrade.submission import read_file

HERE = Path(__file__).parent
SECRET = b"known to nobody in a student process"
SEED = 20_260
EVERY = 8
"""An honest answer sits after each so many attacks."""

CLASSES = (
    *("honest", "secrets", "leak", "predict", "tamper", "forge", "poison", "alias", "state"),
    *("exhaust", "escape", "forbidden", "probe", "limit"),
)
FORGERS = ("secrets", "predict", "tamper", "forge", "poison", "escape", "probe")


@dataclass(frozen=True)
class Submission:
    """One file under submissions/ and what its head says of it."""

    path: Path
    exercise: str
    expected: Mapping[str, frozenset[str]]

    @property
    def name(self) -> str:
        return self.path.stem

    @classmethod
    def of(cls, path: Path) -> Submission:
        head = dict(re.findall(r"^# (\w+): (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE))
        pairs = (entry.split("=") for entry in head["expect"].split())
        expected = {test: frozenset(verdicts.split("|")) for test, verdicts in pairs}
        return cls(path, head.get("exercise", "rampart"), expected)


SUBMISSIONS = tuple(Submission.of(path) for path in sorted((HERE / "submissions").glob("*.py")))
HONEST = tuple(submission for submission in SUBMISSIONS if submission.name.startswith("honest_"))


@dataclass(frozen=True)
class Sessions:
    """What the two sessions found: honest answers among themselves, and everyone together."""

    alone: Mapping[str, ExerciseResult]
    together: Mapping[str, ExerciseResult]
    course: Course


def line_up() -> list[tuple[str, Submission]]:
    """Everyone, shuffled, with a copy of an honest answer after every few."""
    mixed = random.Random(SEED)
    order = list(SUBMISSIONS)
    mixed.shuffle(order)
    queue = []
    for number, submission in enumerate(order):
        queue.append((submission.name, submission))
        if number % EVERY == 0:
            queue += [(f"{honest.name}@{number}", honest) for honest in mixed.sample(HONEST, 2)]
    return queue


def graded(
    course: Course, queue: Sequence[tuple[str, Submission]], server: Server
) -> tuple[dict[str, ExerciseResult], Server]:
    results: dict[str, ExerciseResult] = {}

    def subjects(exercise: Exercise, grader: Grader) -> list[Subject]:
        return [
            Subject(name, read_file(submission.path, submission.path.parent))
            for name, submission in queue
            if submission.exercise == exercise.name
        ]

    def emit(subject: Subject, result: ExerciseResult) -> None:
        assert subject.name not in results, "graded twice"
        results[subject.name] = result

    options = Options(secret=SECRET)
    return results, grade(course, course.exercises, subjects, options, emit, server)


@pytest.fixture(scope="module")
def sessions() -> Iterator[Sessions]:
    course = load(HERE / "course")
    server: Server = ForkServer()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TORCHGRADE_SECRET", SECRET.decode())
        server.start()
        try:
            if not server.level.at_least(Level.LANDLOCK):
                pytest.skip(f"student code can't be confined here: {server.reasons}")
            honest = [(submission.name, submission) for submission in HONEST]
            alone, server = graded(course, honest, server)
            together, server = graded(course, line_up(), server)
        finally:
            server.close()
    yield Sessions(alone, together, course)


def verdict(outcome: Outcome) -> str:
    """``passed``, the kind of failure, or ``ungraded``."""
    if outcome.status is Status.UNGRADED:
        return "ungraded"
    return outcome.failure.kind.value if outcome.failure is not None else outcome.status.value


def meets(outcome: Outcome, expected: frozenset[str]) -> bool:
    found = verdict(outcome)
    return found in expected or ("failed" in expected and outcome.status is Status.FAILED)


def essence(result: ExerciseResult) -> list[object]:
    """All of a result that must not depend on the company: not the time and memory it took."""

    def of(failure: Failure | None) -> object:
        if failure is None:
            return None
        told = (failure.call, failure.actual, failure.expected, failure.where, failure.difference)
        return (failure.kind, failure.blame, *told, dict(failure.details), failure.frames)

    return [
        (o.test, o.status, o.weight, of(o.failure), o.misconception, o.output, o.operators)
        for o in result.outcomes
    ]


def reports(course: Course, result: ExerciseResult) -> tuple[str, str]:
    """What a student reads of a result: as JSON, and at the terminal with all details."""
    chapters = {chapter.name: chapter.title for chapter in course.chapters}
    document = to_json([result], title=course.title, chapters=chapters, language="en", versions={})
    page = io.StringIO()
    render([result], chapters=chapters, hints={}, language="en", file=page, verbose=True)
    return json.dumps(document, ensure_ascii=False, allow_nan=False), page.getvalue()


@pytest.mark.parametrize("submission", SUBMISSIONS, ids=lambda submission: submission.name)
def test_verdict(sessions: Sessions, submission: Submission) -> None:
    """An attack earns what it is worth by its outputs, each test failing for the right reason."""
    outcomes = sessions.together[submission.name].outcomes
    for outcome in outcomes:
        test = outcome.test.removeprefix("test_").partition("[")[0]
        expected = submission.expected.get(test) or submission.expected["*"]
        told = (verdict(outcome), outcome.failure and dict(outcome.failure.details))
        assert meets(outcome, expected), f"{test}: {told}, expected {sorted(expected)}"


def test_forgers_earn_nothing(sessions: Sessions) -> None:
    """Whoever looks for the answer or for the verdict, instead of computing, gets no mark."""
    for submission in SUBMISSIONS:
        if submission.name.partition("_")[0] in FORGERS:
            assert sessions.together[submission.name].score.earned == 0, submission.name


def test_nothing_is_left_ungraded(sessions: Sessions) -> None:
    """No submission can make its failure look like the engine's or the author's."""
    for name, result in sessions.together.items():
        assert result.score.earned is not None, name
        for outcome in result.outcomes:
            blame = Blame.STUDENT if outcome.failure is None else outcome.failure.blame
            assert blame is Blame.STUDENT, f"{name} {outcome.test}: {outcome.failure}"
            assert verdict(outcome) not in (Kind.AUTHOR.value, Kind.ENGINE.value, "ungraded"), name


def test_everyone_is_graded_once(sessions: Sessions) -> None:
    """The session goes on to its end: a result for everyone, with every test in it."""
    assert set(sessions.together) == {name for name, _ in line_up()}
    tests: dict[str, set[str]] = {}
    for result in sessions.alone.values():
        tests.setdefault(result.exercise, set()).update(o.test for o in result.outcomes)
    for name, result in sessions.together.items():
        names = [outcome.test for outcome in result.outcomes]
        assert len(names) == len(set(names)), name
        assert set(names) == tests[result.exercise], name


def test_company_changes_nothing(sessions: Sessions) -> None:
    """Honest answers get among attackers, before and after any of them, what they get alone."""
    for name, result in sessions.together.items():
        honest = name.partition("@")[0]
        if honest in sessions.alone:
            assert essence(result) == essence(sessions.alone[honest]), name


def test_a_mistake_is_still_explained(sessions: Sessions) -> None:
    """Diagnosis works on in the company of attackers."""
    outcomes = sessions.together["honest_squared"].outcomes
    assert [outcome.misconception for outcome in outcomes] == ["squared", "squared"]


def test_hidden_inputs_stay_hidden(sessions: Sessions) -> None:
    """Nothing that a student reads holds what a hidden test's inputs were."""
    rand = Random(seed_for(SECRET, "ch01_walls/rampart", "test_hidden[6-9]"))
    numbers = [*rand(6, 9).flatten().tolist(), *rand(9).tolist()]
    digits = {str(abs(number))[:6] for number in numbers if abs(number) > 0.01}
    for submission in SUBMISSIONS:
        for report in reports(sessions.course, sessions.together[submission.name]):
            assert "columns=9" not in report, submission.name
            assert "[6-9]" not in report, submission.name
            assert "LEAK [" not in report, submission.name
            assert 'LEAK"' not in report, submission.name
            found = {number for number in digits if number in report}
            assert len(found) < 4, f"{submission.name} tells {found}"


def test_reports_are_inert(sessions: Sessions) -> None:
    """No report passes on what acts on a terminal, and all are strict JSON in UTF-8."""
    for submission in SUBMISSIONS:
        document, page = reports(sessions.course, sessions.together[submission.name])
        document.encode("utf-8")
        page.encode("utf-8")
        assert page.replace("\n", "").isprintable(), submission.name
        assert len(page) < 100_000, submission.name


def test_every_class_is_there() -> None:
    """A file for each class of attack, and no file of an unknown class."""
    assert {submission.name.partition("_")[0] for submission in SUBMISSIONS} == set(CLASSES)
