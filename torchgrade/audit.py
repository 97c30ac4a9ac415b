"""Checks on the course itself: is each grader right, and is each text there?

A grader is graded by answers of known worth: the model answer and every listed alternative
must pass everything, the stub must earn nothing, and each misconception must fail and be
diagnosed as itself. That is a mutation test of the grader. Over several seeds, since a test
that holds by luck is wrong.

Whoever keeps answers that others wrote has them graded with these: ``CHAPTER/EXERCISE/`` under a
folder holds files called ``right_WHAT.py``, which must pass everything, and
``wrong_WHAT__MISCONCEPTION.py``, which must fail and be diagnosed as that, or, without the last
part, as nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from torchgrade.authoring import Alternative, Misconception
from torchgrade.course import Course, Exercise
from torchgrade.definitions import strings_given_to, top_level_names
from torchgrade.operators import is_operator, nearest_operator
from torchgrade.pictures import pictures_of
from torchgrade.report.wording import headline
from torchgrade.result import ExerciseResult, Outcome, Status
from torchgrade.sandbox.server import Server
from torchgrade.session import Grader, Options, Subject, grade
from torchgrade.submission import Source, read_file
from torchgrade.text import Text

__all__ = ["ExerciseAudit", "audit_exercise"]

LEAST_ALTERNATIVES = 2


@dataclass(frozen=True)
class ExerciseAudit:
    """What the audit found in one exercise."""

    key: str
    tests: int
    misconceptions: int
    alternatives: int
    answers: int
    """Kept beside the course, right and wrong ones."""
    seeds: int
    seconds: float | None
    """How long the model answer took to grade in the quickest seed; None if it was not graded."""
    findings: tuple[str, ...]

    @property
    def sound(self) -> bool:
        return not self.findings


def audit_exercise(
    course: Course, exercise: Exercise, seeds: int, server: Server, answers: Path | None = None
) -> tuple[ExerciseAudit, Server]:
    """Audit one exercise over ``seeds`` secrets; also the fork server to go on with.

    ``answers`` is the folder of those of known worth, if there is one.

    Raises:
        EngineFault: the engine failed, so that nothing can be said of the exercise.
    """
    # What was found, and the details of it, which may differ from seed to seed.
    findings: dict[str, str] = {}
    counts = ExerciseAudit(exercise.key, 0, 0, 0, 0, seeds, None, ())
    for text_finding in _statements(exercise):
        findings[text_finding] = ""
    given: list[Subject] = []
    for answer in _given(answers / exercise.key) if answers else ():
        if isinstance(answer, str):
            findings[answer] = ""
        else:
            given.append(answer)
    for seed in range(seeds):
        graders: list[Grader] = []
        results: list[tuple[Subject, ExerciseResult]] = []

        def subjects(
            exercise: Exercise, grader: Grader, graders: list[Grader] = graders
        ) -> Sequence[Subject]:
            graders.append(grader)
            return [*_subjects(exercise, grader), *given]

        def emit(
            subject: Subject,
            result: ExerciseResult,
            results: list[tuple[Subject, ExerciseResult]] = results,
        ) -> None:
            results.append((subject, result))

        # An audit has a process for each core, so none is spare.
        options = Options(secret=f"audit {seed}".encode(), spare_core=False)
        server = grade(course, [exercise], subjects, options, emit, server)
        grader = graders[0] if graders else Grader()
        if seed == 0:
            counts = replace(
                counts,
                tests=len(results[0][1].outcomes) if results else 0,
                misconceptions=len(grader.misconceptions),
                alternatives=len(grader.alternatives),
                answers=len(given),
            )
            for finding in (*_operators(exercise), *_declarations(exercise, grader, results)):
                findings[finding] = ""
        if results:
            times = (counts.seconds, results[0][1].seconds)
            counts = replace(counts, seconds=min(time for time in times if time is not None))
        for subject, result in results:
            for finding, details in _verdict(subject, result):
                findings.setdefault(finding, details)
    lines = tuple(" ".join((what + details).split()) for what, details in findings.items())
    return replace(counts, findings=lines), server


def _subjects(exercise: Exercise, grader: Grader) -> Sequence[Subject]:
    model = read_file(exercise.solution, exercise.solution.parent)
    stub = read_file(exercise.stub, exercise.stub.parent)
    return [
        Subject("solution", model),
        Subject("stub", stub),
        *(Subject(f"alternative {a.name}", model, a) for a in grader.alternatives),
        *(Subject(f"misconception {m.name}", model, m) for m in grader.misconceptions),
    ]


def _given(folder: Path) -> Iterable[Subject | str]:
    """The answers of known worth in ``folder``, and what is wrong with the others."""
    for file in sorted(folder.glob("*.py")):
        answer = read_file(file, folder)
        if not file.stem.startswith(("right_", "wrong_")):
            yield f"{file}: called neither right_WHAT.py nor wrong_WHAT.py"
        elif not isinstance(answer, Source):
            yield f"{file}: can't be read"
        else:
            yield Subject(f"answer {file.stem}", answer)


def _verdict(subject: Subject, result: ExerciseResult) -> Iterable[tuple[str, str]]:
    """What is wrong with the marks that an answer of known worth got, and details of it."""
    ungraded = [o for o in result.outcomes if o.status is Status.UNGRADED]
    if ungraded:
        what = f"{subject.name}: could not be graded: {ungraded[0].test}"
        yield what, _said(ungraded[0])
        return
    failed = [o for o in result.outcomes if o.status is Status.FAILED]
    if isinstance(subject.override, Misconception):
        yield from _diagnosed(subject, subject.override, failed)
    elif subject.name == "stub":
        passed = [o.test for o in result.outcomes if o.status is Status.PASSED]
        if passed:
            yield f"stub: earns marks in {', '.join(passed)}", ""
    elif subject.name.startswith("answer wrong_"):
        yield from _told(subject, failed)
    elif failed:
        more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
        yield f"{subject.name}: fails {failed[0].test}", _said(failed[0]) + more


def _diagnosed(
    subject: Subject, misconception: Misconception, failed: Sequence[Outcome]
) -> Iterable[tuple[str, str]]:
    if not failed:
        yield f"{subject.name}: passes every test", ""
        return
    names = {o.misconception for o in failed} - {None}
    if misconception.name not in names:
        yield f"{subject.name}: fails {failed[0].test} but is not diagnosed", ""
    for other in sorted(str(name) for name in names - {misconception.name}):
        tests = ", ".join(o.test for o in failed if o.misconception == other)
        yield f"{subject.name}: diagnosed as {other} in {tests}", ""


def _told(subject: Subject, failed: Sequence[Outcome]) -> Iterable[tuple[str, str]]:
    """A given wrong answer is explained by the misconception in its name, and by no other."""
    if not failed:
        yield f"{subject.name}: passes every test", ""
        return
    wanted = subject.name.partition("__")[2]
    told = sorted({o.misconception for o in failed if o.misconception is not None})
    if told != ([wanted] if wanted else []):
        explained = ", ".join(told) or "nothing"
        yield f"{subject.name}: explained by {explained}, not by {wanted or 'nothing'}", ""


def _said(outcome: Outcome) -> str:
    if outcome.failure is None:
        return ""
    place = outcome.failure.details.get("place") or ""
    message = outcome.failure.details.get("message")
    said = f": {headline(outcome.failure, 'en')}"
    if outcome.status is Status.UNGRADED:
        said = f": {message} {place}"
    elif outcome.failure.call and outcome.failure.actual is not None:
        said += f" In {outcome.failure.call}: got {outcome.failure.actual}, "
        said += f"expected {outcome.failure.expected}"
    return said


def _statements(exercise: Exercise) -> Iterable[str]:
    for language in exercise.languages:
        paths = {"statement": exercise.statement(language)}
        if exercise.written:
            paths["written part"] = exercise.written_statement(language)
        for what, path in paths.items():
            try:
                wording = path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                yield f"{what} ({language}): {path.name} can't be read: {error}"
                continue
            if not wording.strip():
                yield f"{what} ({language}): {path.name} is empty"
            for target, picture in pictures_of(wording, path).items():
                if not picture.is_file():
                    yield f"{what} ({language}): {path.name} shows {target}, which is missing"
    if not exercise.hints:
        yield "no hints in course.yml"
    for number, hint in enumerate(exercise.hints, start=1):
        yield from _missing(exercise, hint, f"hint {number}")


def _declarations(
    exercise: Exercise,
    grader: Grader,
    results: Sequence[tuple[Subject, ExerciseResult]],
) -> Iterable[str]:
    """What a grader must declare, and in every language of the course."""
    if not grader.misconceptions:
        yield "the grader declares no misconception"
    if len(grader.alternatives) < LEAST_ALTERNATIVES:
        count = len(grader.alternatives)
        yield f"the grader lists {count} alternatives; {LEAST_ALTERNATIVES} are needed"
    names = top_level_names(exercise.solution)
    declarations: tuple[Misconception | Alternative, ...]
    declarations = (*grader.misconceptions, *grader.alternatives)
    for declared in declarations:
        if declared.target not in names:
            yield f"{declared.name}: the model answer has no {declared.target} to replace"
    for twice in _twice(m.name for m in grader.misconceptions):
        yield f"two misconceptions are called {twice}"
    for misconception in grader.misconceptions:
        yield from _missing(exercise, misconception.explanation, misconception.name)
    for outcome in results[0][1].outcomes if results else ():
        if outcome.status is Status.UNGRADED:
            continue
        yield from _missing(exercise, outcome.title, f"title of {outcome.test}")
        if outcome.hint is not None:
            yield from _missing(exercise, outcome.hint, f"hint of {outcome.test}")


def _operators(exercise: Exercise) -> Iterable[str]:
    """A name that means no operator rules out nothing."""
    for name, line in strings_given_to("forbids", exercise.grader):
        if not is_operator(name):
            guess = nearest_operator(name)
            meant = f"; did you mean {guess}?" if guess else ""
            place = f"{exercise.grader.name}:{line}"
            yield f"{place}: forbids {name!r}, which is no operator of torch{meant}"


def _missing(exercise: Exercise, wording: Text, what: str) -> Iterable[str]:
    for language in exercise.languages:
        if not dict(wording.versions).get(language, "").strip():
            yield f"{what}: no wording in {language}"


def _twice(names: Iterable[str]) -> Iterable[str]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield name
        seen.add(name)
