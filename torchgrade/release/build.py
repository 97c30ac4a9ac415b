"""Making a bundle: visible tests alone, what was recorded for them, and the proof that it works.

Everything is run with the inputs that the bundle will have, which depend on no secret. First the
whole course tells which tests are visible and what becomes of answers of known worth in them; then
model answer and misconceptions are recorded in graders without hidden tests; then the same answers
are graded in the finished bundle. A test that does not come to the same verdict there is left out
and named.
"""

from __future__ import annotations

import hashlib
import math
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from torchgrade.atomic import replacing
from torchgrade.authoring import Misconception
from torchgrade.course import COURSE_FILE, Course, Exercise, load
from torchgrade.definitions import parameters_of, top_level_names
from torchgrade.diagnosis import Behaviour, agree
from torchgrade.errors import N_, UserError
from torchgrade.release.bundle import (
    MARKER,
    Later,
    Manifest,
    recorded_file,
    require_whole_course,
    stub_file,
)
from torchgrade.release.description import description
from torchgrade.release.recording import Recorder, Recording
from torchgrade.release.visible import strip
from torchgrade.result import ExerciseResult, Outcome, Status
from torchgrade.sandbox.server import EngineFault
from torchgrade.sandbox.start import new_server
from torchgrade.session import Grader, Options, Round, Subject, grade
from torchgrade.submission import Absent, read_file

__all__ = ["Built", "LeftOut", "build"]

_MODEL = "model answer"
_NOBODY = "nobody"
_TRIES = 3
_GRADED = Options(diagnose=False)


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


@dataclass(frozen=True)
class _Plan:
    """What of an exercise is to be in the bundle."""

    exercise: Exercise
    visible: tuple[Outcome, ...]
    """Tests by what became of nobody's answer."""
    tests: int
    """Hidden ones included."""
    weight: float
    """Of all tests."""
    verdicts: Mapping[tuple[str, str], Status]
    """What the whole course says of answers of known worth, by subject and test."""

    def without(self, tests: frozenset[str]) -> _Plan:
        kept = tuple(outcome for outcome in self.visible if _function(outcome.test) not in tests)
        return replace(self, visible=kept)

    @property
    def functions(self) -> frozenset[str]:
        return frozenset(_function(outcome.test) for outcome in self.visible)

    @property
    def points(self) -> float:
        if len(self.visible) == self.tests:
            return self.exercise.points
        share = math.fsum(outcome.weight for outcome in self.visible) / self.weight
        return self.exercise.points * share


def build(course: Course, exercises: Sequence[Exercise], target: Path) -> Built:
    """Write the bundle of ``exercises`` to the zip ``target``, at once or not at all.

    The same course makes the same bytes.

    Raises:
        UserError: ``course`` is itself a bundle, or a grader or model answer of it is at fault, or
            an exercise has no visible test.
        EngineFault: there is no working sandbox.
    """
    require_whole_course(course)
    with tempfile.TemporaryDirectory(prefix="torchgrade-release-") as made:
        maker = _Maker(course, tuple(exercises), Path(made))
        try:
            members, left_out = maker.members()
        finally:
            maker.server.close()
    with replacing(target) as stream, zipfile.ZipFile(stream, "w") as archive:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, whose modes follow
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, members[name])
    return Built(target, len(exercises), left_out)


class _Maker:
    """One bundle in the making, with a fork server that its user closes."""

    def __init__(self, course: Course, exercises: Sequence[Exercise], folder: Path) -> None:
        self.course = course
        self.exercises = exercises
        self.folder = folder
        self.server = new_server()
        self.server.start()
        self.known: dict[str, Sequence[Subject]] = {}
        """Answers of known worth, by exercise."""

    def members(self) -> tuple[Mapping[str, bytes], tuple[LeftOut, ...]]:
        """The files of the bundle by name, and what is not in it."""
        left_out: list[LeftOut] = []
        plans = []
        for plan in self.plans():
            stripped = strip(_read(plan.exercise.grader), plan.functions)
            entangled = frozenset(stripped.entangled)
            reason = "it uses a misconception or an alternative of its grader"
            left_out += [LeftOut(plan.exercise.key, test, reason) for test in sorted(entangled)]
            plans.append(plan.without(entangled))
        _demand_tests(plans, left_out)
        recordings = self.recordings(plans)
        for _ in range(_TRIES):
            members = self.written(plans, recordings)
            found = self.differences(members, plans)
            if not found:
                return members, tuple(left_out)
            left_out += found
            bad = {(out.exercise, out.test) for out in found}
            plans = [
                plan.without(frozenset(t for key, t in bad if key == plan.exercise.key))
                for plan in plans
            ]
            _demand_tests(plans, left_out)
        raise EngineFault("verdicts differ each time that the same answers are graded")

    # --- what the whole course says

    def plans(self) -> Iterator[_Plan]:
        def subjects(exercise: Exercise, grader: Grader) -> Sequence[Subject]:
            self.known[exercise.key] = _of_known_worth(exercise, grader)
            return [Subject(_NOBODY, Absent(exercise.stub)), *self.known[exercise.key]]

        nobody: dict[str, ExerciseResult] = {}
        verdicts: dict[str, dict[tuple[str, str], Status]] = {e.key: {} for e in self.exercises}
        for subject, result in self.graded(self.course, self.exercises, subjects, _GRADED):
            if subject == _NOBODY:
                nobody[result.key] = result
            for outcome in result.outcomes:
                if outcome.status is Status.UNGRADED:
                    raise _faulty(result.key, subject, outcome)
                verdicts[result.key][subject, outcome.test] = outcome.status
        for exercise in self.exercises:
            outcomes = nobody[exercise.key].outcomes
            # A function of which only some cases are visible is hidden as a whole.
            hidden = {_function(outcome.test) for outcome in outcomes if outcome.hidden}
            yield _Plan(
                exercise,
                tuple(o for o in outcomes if _function(o.test) not in hidden),
                len(outcomes),
                math.fsum(outcome.weight for outcome in outcomes) or 1.0,
                verdicts[exercise.key],
            )

    def graded(
        self, course: Course, exercises: Sequence[Exercise], subjects: Round, options: Options
    ) -> Sequence[tuple[str, ExerciseResult]]:
        """Results with the name of the subject, in the order of ``exercises``."""
        found: list[tuple[str, ExerciseResult]] = []

        def emit(subject: Subject, result: ExerciseResult) -> None:
            found.append((subject.name, result))

        self.server = grade(course, exercises, subjects, options, emit, self.server)
        return found

    # --- what model answers and misconceptions do

    def recordings(self, plans: Sequence[_Plan]) -> Mapping[str, Recording]:
        """Recorded in a course without hidden tests, so that nothing of these gets in."""
        course = self.copy(plans)
        recorder = Recorder()
        misconceptions: dict[str, tuple[Misconception, ...]] = {}

        def subjects(exercise: Exercise, grader: Grader) -> Sequence[Subject]:
            misconceptions[exercise.key] = grader.misconceptions
            model = read_file(exercise.solution, exercise.solution.parent)
            return [
                Subject(_MODEL, model),
                *(Subject(f"misconception {m.name}", model, m) for m in grader.misconceptions),
            ]

        self.graded(course, course.exercises, subjects, Options(diagnose=False, recorder=recorder))
        return {
            plan.exercise.key: Recording(
                plan.points,
                _parameters(plan.exercise),
                misconceptions.get(plan.exercise.key, ()),
                _alike(recorder.behaviours.get(plan.exercise.key, {})),
                recorder.told(plan.exercise.key),
            )
            for plan in plans
        }

    def copy(self, plans: Sequence[_Plan]) -> Course:
        """The course with graders that have visible tests only, and all else that they have."""
        root = self.folder / "recorded"
        root.mkdir()
        text = description(self.course, self.exercises)
        (root / COURSE_FILE).write_text(text, encoding="utf-8")
        for plan in plans:
            stripped = strip(_read(plan.exercise.grader), plan.functions, declarations=True)
            for file, text in (
                (plan.exercise.grader, stripped.text),
                (plan.exercise.solution, _read(plan.exercise.solution)),
            ):
                copied = root / file.relative_to(self.course.root)
                copied.parent.mkdir(parents=True, exist_ok=True)
                copied.write_text(text, encoding="utf-8")
        return load(root)

    # --- the bundle

    def written(
        self, plans: Sequence[_Plan], recordings: Mapping[str, Recording]
    ) -> Mapping[str, bytes]:
        root = self.course.root
        later: dict[str, Later] = {}
        members = {COURSE_FILE: description(self.course, self.exercises).encode()}
        for chapter in dict.fromkeys(exercise.chapter for exercise in self.exercises):
            for language in self.course.languages:
                members.update(_copied(root, self.course.readme(chapter, language)))
        for plan in plans:
            exercise = plan.exercise
            stub = exercise.stub.read_bytes()
            members[_name(root, exercise.stub)] = members[_name(root, stub_file(exercise))] = stub
            for language in exercise.languages:
                members.update(_copied(root, exercise.statement(language)))
                if exercise.written:
                    members.update(_copied(root, exercise.written_statement(language)))
            stripped = strip(_read(exercise.grader), plan.functions)
            members[_name(root, exercise.grader)] = stripped.text.encode()
            recording = _limited(recordings[exercise.key], plan)
            members[_name(root, recorded_file(exercise))] = recording.packed()
            if plan.tests > len(plan.visible):
                missing = exercise.points - plan.points
                later[exercise.key] = Later(plan.tests - len(plan.visible), missing)
        members[MARKER] = Manifest(_digest(self.course, self.exercises), later).written()
        return members

    def differences(
        self, members: Mapping[str, bytes], plans: Sequence[_Plan]
    ) -> Sequence[LeftOut]:
        """Tests on which the bundle and the whole course don't agree, each once."""
        root = self.folder / "bundle"
        shutil.rmtree(root, ignore_errors=True)
        for name, contents in members.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(contents)
        bundle = load(root)
        whole = {plan.exercise.key: plan for plan in plans}

        def subjects(exercise: Exercise, _: Grader) -> Sequence[Subject]:
            return self.known[exercise.key]

        found: dict[tuple[str, str], LeftOut] = {}
        for subject, result in self.graded(bundle, bundle.exercises, subjects, _GRADED):
            plan = whole[result.key]
            statuses = {outcome.test: outcome.status for outcome in result.outcomes}
            for outcome in plan.visible:
                wanted = plan.verdicts[subject, outcome.test]
                if statuses.get(outcome.test) is not wanted:
                    test = _function(outcome.test)
                    told = statuses.get(outcome.test, Status.UNGRADED).value
                    reason = f"{subject}: {wanted.value} in the course, {told} in the bundle"
                    found.setdefault((result.key, test), LeftOut(result.key, test, reason))
        return tuple(found.values())


def _of_known_worth(exercise: Exercise, grader: Grader) -> Sequence[Subject]:
    model = read_file(exercise.solution, exercise.solution.parent)
    return [
        Subject(_MODEL, model),
        Subject("stub", read_file(exercise.stub, exercise.stub.parent)),
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


def _limited(recording: Recording, plan: _Plan) -> Recording:
    tests = {outcome.test for outcome in plan.visible}
    return replace(
        recording,
        points=plan.points,
        behaviours={key: value for key, value in recording.behaviours.items() if key[1] in tests},
    )


def _parameters(exercise: Exercise) -> Mapping[str, Sequence[str]]:
    """Of the model answer's functions, but only of those that the stub has as well."""
    known = top_level_names(exercise.stub)
    return {n: names for n, names in parameters_of(exercise.solution).items() if n in known}


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8-sig")


def _name(root: Path, file: Path) -> str:
    return file.relative_to(root).as_posix()


def _copied(root: Path, file: Path) -> Mapping[str, bytes]:
    return {_name(root, file): file.read_bytes()} if file.is_file() else {}


def _digest(course: Course, exercises: Sequence[Exercise]) -> str:
    digest = hashlib.sha256(description(course, exercises).encode())
    for exercise in exercises:
        texts = [exercise.statement(language) for language in exercise.languages]
        for file in (exercise.stub, exercise.solution, exercise.grader, *texts):
            contents = file.read_bytes() if file.is_file() else b""
            digest.update(len(contents).to_bytes(8, "big") + contents)
    return digest.hexdigest()


def _demand_tests(plans: Sequence[_Plan], left_out: Sequence[LeftOut]) -> None:
    for plan in plans:
        if not plan.visible:
            reasons = [f"{o.test}: {o.reason}" for o in left_out if o.exercise == plan.exercise.key]
            raise UserError(
                N_("{exercise} has no visible test that students could check with. {reasons}"),
                N_("Make a test of it visible, or release other exercises."),
                {"exercise": plan.exercise.key, "reasons": "; ".join(reasons)},
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
