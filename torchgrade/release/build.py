"""Making a bundle: visible tests alone, what was recorded for them, and the proof that it works.

Everything is run with the inputs that the bundle will have, which depend on no secret. First the
whole course tells which tests are visible, what becomes of answers of known worth in them, and
what its model answers and misconceptions do; then the same answers are graded in the finished
bundle. A test that does not come to the same verdict there is left out and named.
"""

from __future__ import annotations

import hashlib
import math
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from torchgrade.course import COURSE_FILE, Course, Exercise, load
from torchgrade.definitions import parameters_of, top_level_names
from torchgrade.diagnosis import Behaviour, agree
from torchgrade.errors import N_, UserError
from torchgrade.export.files import writing
from torchgrade.pictures import pictures_of
from torchgrade.release.bundle import (
    MARKER,
    Later,
    Manifest,
    recorded_file,
    require_whole_course,
    stub_file,
)
from torchgrade.release.description import description
from torchgrade.release.recording import Recorder, Recording, Request, size_of
from torchgrade.release.visible import strip
from torchgrade.result import ExerciseResult, Outcome, Status
from torchgrade.sandbox.server import EngineFault, Server
from torchgrade.sandbox.start import new_server
from torchgrade.sandbox.wire import TooLarge
from torchgrade.session import Grader, Options, Round, Subject, grade
from torchgrade.submission import Absent, read_file

__all__ = ["Built", "LeftOut", "build"]

_MODEL = "model answer"
_STUB = "stub"
_TRIES = 3
_TEST_BYTES = 4 << 20
"""How much a recording may have for one case of a test."""
_ALL_TESTS = Options(diagnose=False)
_VISIBLE = Options(diagnose=False, hidden=False)


@dataclass(frozen=True)
class LeftOut:
    """A visible test that is not in the bundle: it runs when answers are graded."""

    exercise: str
    """`Exercise.key`."""
    test: str
    reason: str


@dataclass(frozen=True)
class Built:
    """What was made."""

    target: Path
    exercises: int
    left_out: tuple[LeftOut, ...]
    unexplained: tuple[LeftOut, ...]
    """Tests in the bundle that fail without an explanation there: what would tell misconceptions
    apart is too large."""


@dataclass(frozen=True)
class _Plan:
    """What of an exercise is to be in the bundle."""

    exercise: Exercise
    grader: Grader
    visible: tuple[Outcome, ...]
    """Tests, by what became of nobody's answer."""
    tests: int
    """Hidden ones included."""
    weight: float
    """Of all tests."""
    verdicts: Mapping[tuple[str, str], Status]
    """What the whole course says of answers of known worth, by subject and test."""
    behaviours: Mapping[tuple[str, str], Behaviour]
    told: tuple[Request, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def functions(self) -> frozenset[str]:
        return frozenset(_function(outcome.test) for outcome in self.visible)

    @property
    def points(self) -> float:
        if len(self.visible) == self.tests:
            return self.exercise.points
        share = math.fsum(outcome.weight for outcome in self.visible) / self.weight
        return self.exercise.points * share

    @property
    def later(self) -> Later | None:
        missing = self.tests - len(self.visible)
        return Later(missing, self.exercise.points - self.points) if missing else None

    @property
    def unexplained(self) -> tuple[LeftOut, ...]:
        size: dict[str, int] = {}
        for (_, test), behaviour in {id(b): (k, b) for k, b in self.behaviours.items()}.values():
            size[test] = size.get(test, 0) + size_of(behaviour)
        reason = f"what misconceptions return in it takes more than {_TEST_BYTES >> 20} MiB"
        return tuple(
            LeftOut(self.exercise.key, outcome.test, reason)
            for outcome in self.visible
            if size.get(outcome.test, 0) > _TEST_BYTES
        )

    def recording(self) -> Recording:
        tests = {o.test for o in self.visible} - {left.test for left in self.unexplained}
        return Recording(
            self.points,
            _parameters(self.exercise),
            self.grader.misconceptions,
            {key: behaviour for key, behaviour in self.behaviours.items() if key[1] in tests},
            self.told,
        )

    def without(self, left_out: Sequence[LeftOut]) -> _Plan:
        """Raises UserError if no test is left."""
        everything = (*self.left_out, *left_out)
        tests = {left.test for left in left_out}
        kept = tuple(outcome for outcome in self.visible if _function(outcome.test) not in tests)
        if not kept:
            raise _untestable(self.exercise, everything)
        return replace(self, visible=kept, left_out=everything)


def build(
    course: Course,
    exercises: Sequence[Exercise],
    target: Path,
    done: Callable[[Exercise], None] = lambda exercise: None,
    server: Server | None = None,
) -> Built:
    """Write the bundle of ``exercises`` to the zip ``target``, at once or not at all.

    The same course makes the same bytes.

    Args:
        done: called with each exercise that is ready.
        server: makes the processes, and stays open; with None, one is started.

    Raises:
        UserError: ``course`` is itself a bundle, or a grader or model answer of it is at fault; or
            an exercise has no visible test, or a stub that passes one.
        EngineFault: there is no working sandbox.
    """
    require_whole_course(course)
    plans: list[_Plan] = []
    maker = _Maker(course, server or _started())
    threads = torch.get_num_threads()
    # Tensors are small, and there is as much to do in other processes.
    torch.set_num_threads(1)
    try:
        for exercise in exercises:
            plans.append(maker.proved(exercise))
            done(exercise)
    finally:
        torch.set_num_threads(threads)
        if maker.server is not server:
            maker.server.close()
    members = _members(course, plans)
    with writing(target) as stream, zipfile.ZipFile(stream, "w") as archive:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, whose modes follow
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, members[name])
    left_out = tuple(left for plan in plans for left in plan.left_out)
    unexplained = tuple(left for plan in plans for left in plan.unexplained)
    return Built(target, len(plans), left_out, unexplained)


class _Maker:
    """Finds out what of each exercise can be in a bundle."""

    def __init__(self, course: Course, server: Server) -> None:
        self.course = course
        self.server = server
        """In place of one that fails comes another."""

    def proved(self, exercise: Exercise) -> _Plan:
        """The tests that come to the same verdicts in a bundle as in the whole course."""
        for file in (exercise.stub, exercise.solution, exercise.grader):
            if not file.is_file():
                raise _missing(file.relative_to(self.course.root))
        plan = self.plan(exercise)
        for _ in range(_TRIES):
            differences = self.differences(plan)
            if not differences:
                return plan
            plan = plan.without(differences)
        raise EngineFault("verdicts differ each time that the same answers are graded")

    def plan(self, exercise: Exercise) -> _Plan:
        """What the whole course says, and what its model answer and misconceptions do."""
        recorder = Recorder()
        graders: list[Grader] = []

        def known(exercise: Exercise, grader: Grader) -> Sequence[Subject]:
            graders.append(grader)
            return _of_known_worth(exercise, grader)

        options = replace(_VISIBLE, recorder=recorder)
        results = self.graded(self.course, exercise, _nobody, _ALL_TESTS)
        (_, nobody), *_ = results
        # A function of which only some cases are visible is hidden as a whole.
        hidden = {_function(outcome.test) for outcome in nobody.outcomes if outcome.hidden}
        visible = tuple(o for o in nobody.outcomes if _function(o.test) not in hidden)
        if not visible:
            raise _untestable(exercise, ())
        verdicts: dict[tuple[str, str], Status] = {}
        for subject, result in (*results, *self.graded(self.course, exercise, known, options)):
            for outcome in result.outcomes:
                if outcome.status is Status.UNGRADED:
                    raise _faulty(result.key, subject, outcome)
                verdicts[subject, outcome.test] = outcome.status
                if subject == _STUB and outcome.status is Status.PASSED:
                    raise _answered(exercise, outcome)
        plan = _Plan(
            exercise,
            graders[0],
            visible,
            len(nobody.outcomes),
            math.fsum(outcome.weight for outcome in nobody.outcomes) or 1.0,
            verdicts,
            _alike(recorder.behaviours[exercise.key]),
            tuple(
                Request.of(record) for record in recorder.told[exercise.key] if not record.failure
            ),
        )
        reason = "it uses a misconception or an alternative of its grader"
        entangled = strip(_read(exercise.grader), plan.functions).entangled
        return plan.without([LeftOut(exercise.key, test, reason) for test in entangled])

    def differences(self, plan: _Plan) -> Sequence[LeftOut]:
        """Tests on which a bundle and the whole course don't agree, each once."""

        def subjects(_: Exercise, __: Grader) -> Sequence[Subject]:
            # A bundle has no alternatives; these are the whole course's.
            return _of_known_worth(plan.exercise, plan.grader)

        found: dict[str, LeftOut] = {}
        with tempfile.TemporaryDirectory(prefix="torchgrade-release-") as made:
            for name, contents in _members(self.course, [plan]).items():
                file = Path(made, name)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(contents)
            bundle = load(Path(made))
            results = self.graded(bundle, bundle.exercises[0], subjects, _VISIBLE)
        for subject, result in results:
            statuses = {outcome.test: outcome.status for outcome in result.outcomes}
            for outcome in plan.visible:
                wanted = plan.verdicts[subject, outcome.test]
                status = statuses.get(outcome.test, Status.UNGRADED)
                if status is not wanted:
                    test = _function(outcome.test)
                    reason = f"{subject}: {wanted.value} in the course, {status.value} in a bundle"
                    found.setdefault(test, LeftOut(result.key, test, reason))
        return tuple(found.values())

    def graded(
        self, course: Course, exercise: Exercise, subjects: Round, options: Options
    ) -> Sequence[tuple[str, ExerciseResult]]:
        """Results with the name of the subject."""
        found: list[tuple[str, ExerciseResult]] = []

        def emit(subject: Subject, result: ExerciseResult) -> None:
            found.append((subject.name, result))

        self.server = grade(course, [exercise], subjects, options, emit, self.server)
        return found


def _members(course: Course, plans: Sequence[_Plan]) -> Mapping[str, bytes]:
    """The files of a bundle by name."""
    exercises = [plan.exercise for plan in plans]
    members: dict[str, bytes] = {}

    def add(file: Path, contents: bytes) -> None:
        members[file.relative_to(course.root).as_posix()] = contents

    def copy(file: Path) -> None:
        if file.is_file():
            add(file, file.read_bytes())

    def copy_text(file: Path) -> None:
        copy(file)
        if file.is_file():
            for picture in pictures_of(_read(file), file).values():
                copy(picture)

    members[COURSE_FILE] = description(course, exercises).encode()
    for chapter in dict.fromkeys(exercise.chapter for exercise in exercises):
        for language in course.languages:
            copy_text(course.readme(chapter, language))
    for plan in plans:
        exercise = plan.exercise
        copy(exercise.stub)
        add(stub_file(exercise), exercise.stub.read_bytes())
        for language in exercise.languages:
            copy_text(exercise.statement(language))
            if exercise.written:
                copy_text(exercise.written_statement(language))
        add(exercise.grader, strip(_read(exercise.grader), plan.functions).text.encode())
        try:
            add(recorded_file(exercise), plan.recording().packed())
        except TooLarge:
            raise UserError(
                N_("{exercise}: what its visible tests ask for is too large for a bundle."),
                N_("Let them use smaller tensors, or hide the largest of them."),
                {"exercise": exercise.key},
            ) from None
    later = {plan.exercise.key: plan.later for plan in plans if plan.later is not None}
    members[MARKER] = Manifest(_digest(course, exercises), later).written()
    return members


def _started() -> Server:
    server = new_server()
    server.start()
    return server


def _nobody(exercise: Exercise, _: Grader) -> Sequence[Subject]:
    return [Subject("nobody", Absent(exercise.stub))]


def _of_known_worth(exercise: Exercise, grader: Grader) -> Sequence[Subject]:
    model = read_file(exercise.solution, exercise.solution.parent)
    return [
        Subject(_MODEL, model),
        Subject(_STUB, read_file(exercise.stub, exercise.stub.parent)),
        *(Subject(f"alternative {a.name}", model, a) for a in grader.alternatives),
    ]


def _function(test: str) -> str:
    """The test function of one of its cases."""
    return test.partition("[")[0]


def _alike(
    behaviours: Mapping[tuple[str, str], Behaviour],
) -> Mapping[tuple[str, str], Behaviour]:
    """The same behaviours, with that of the model answer for each that agrees with it."""
    found: dict[tuple[str, str], Behaviour] = {}
    for (subject, test), behaviour in behaviours.items():
        model = behaviours[_MODEL, test]
        same = behaviour.passed and model.passed and agree(behaviour, model)
        found[subject, test] = model if same else behaviour
    return found


def _parameters(exercise: Exercise) -> Mapping[str, Sequence[str]]:
    """Of the model answer's functions, but only of those that the stub has as well."""
    known = top_level_names(exercise.stub)
    return {n: names for n, names in parameters_of(exercise.solution).items() if n in known}


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8-sig")


def _digest(course: Course, exercises: Sequence[Exercise]) -> str:
    digest = hashlib.sha256(description(course, exercises).encode())
    for exercise in exercises:
        texts = [exercise.statement(language) for language in exercise.languages]
        for file in (exercise.stub, exercise.solution, exercise.grader, *texts):
            contents = file.read_bytes() if file.is_file() else b""
            digest.update(len(contents).to_bytes(8, "big") + contents)
    return digest.hexdigest()


def _untestable(exercise: Exercise, left_out: Sequence[LeftOut]) -> UserError:
    reasons = "; ".join(f"{left.test}: {left.reason}" for left in left_out)
    return UserError(
        N_("{exercise} has no visible test that students could check with. {reasons}"),
        N_("Make a test of it visible, or release other exercises."),
        {"exercise": exercise.key, "reasons": reasons},
    )


def _missing(file: Path) -> UserError:
    return UserError(
        N_("{path} is missing."),
        N_("A bundle needs every stub, grader and model answer; “course audit” finds gaps."),
        {"path": file},
    )


def _answered(exercise: Exercise, outcome: Outcome) -> UserError:
    """A stub that passes a test may be an answer that somebody wrote there."""
    return UserError(
        N_("The stub of {exercise} passes {test}, so it is not released."),
        N_("If it was edited, “course reset {exercise}” restores it; else see “course audit”."),
        {"exercise": exercise.key, "test": outcome.test},
    )


def _faulty(exercise: str, subject: str, outcome: Outcome) -> UserError:
    details = outcome.failure.details if outcome.failure is not None else {}
    return UserError(
        N_("{exercise}: {test} could not be run on the {subject}: {message}"),
        N_("“course audit” tells more; mend it and release again."),
        {
            "exercise": exercise,
            "test": outcome.test,
            "subject": subject,
            "message": details.get("message", ""),
        },
    )
