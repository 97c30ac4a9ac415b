"""The made-up class of benchmarks and README: is what it says of itself true?"""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.demo_class.answers import MISSING
from benchmarks.demo_class.hand_in import FORMS
from benchmarks.demo_class.splice import spliced
from benchmarks.make_class import Class, main, make, written
from tests.grading import Engine
from torchgrade.authoring import Alternative, Misconception
from torchgrade.course import Exercise, load
from torchgrade.intake import discover
from torchgrade.intake.roster_csv import read_roster
from torchgrade.result import ExerciseResult, Status
from torchgrade.roster import student_id_problem
from torchgrade.session import Grader, Options, Subject, grade
from torchgrade.submission import Absent, Source, Unreadable, read_file

COURSE = load(Path(__file__).parent / "mini_course")
EXERCISES = COURSE.select(["ch01/center", "ch02/running_mean"])


def a_class(students: int = 40, seed: int = 1, loops: float = 0.0) -> Class:
    return make(COURSE, EXERCISES, students, seed=seed, loops=loops)


def behaviour(result: ExerciseResult) -> list[tuple[str, Status, str | None]]:
    return [(o.test, o.status, o.misconception) for o in result.outcomes]


def test_what_is_spliced_behaves_as_in_the_audit(engine: Engine, tmp_path: Path) -> None:
    """Each implementation gets, as a student's file, what the audit's replacement gets."""
    results: dict[str, dict[str, ExerciseResult]] = {"file": {}, "audit": {}}

    def subjects(exercise: Exercise, grader: Grader) -> Sequence[Subject]:
        model = read_file(exercise.solution, exercise.solution.parent)
        declared: list[Misconception | Alternative]
        declared = [*grader.misconceptions, *grader.alternatives]
        overrides = {override.name: override for override in declared}
        parts = spliced(exercise.grader, exercise.solution)
        assert {part.name for part in parts} == set(overrides)
        for part in parts:
            (tmp_path / f"{part.name}.py").write_text(part.text, encoding="utf-8")
            assert "torchgrade" not in part.text
        return [
            *(Subject(f"audit {name}", model, override) for name, override in overrides.items()),
            *(
                Subject(f"file {part.name}", read_file(tmp_path / f"{part.name}.py", tmp_path))
                for part in parts
            ),
        ]

    def emit(subject: Subject, result: ExerciseResult) -> None:
        way, _, name = subject.name.partition(" ")
        results[way][name] = result

    engine.server = grade(COURSE, EXERCISES, subjects, Options(), emit, engine.server)
    assert results["file"].keys() == results["audit"].keys()
    for name, result in results["file"].items():
        assert behaviour(result) == behaviour(results["audit"][name]), name


def test_grading_finds_what_the_class_says_of_itself(engine: Engine, tmp_path: Path) -> None:
    """Verdicts, misconceptions and kinds of failure are those of truth.json."""
    made = a_class(60)
    place = written(made, tmp_path / "class")
    truth = json.loads((tmp_path / "class" / "truth.json").read_text(encoding="utf-8"))
    seen = set()
    for exercise in EXERCISES:
        answers = {}
        for student in made.students:
            answers[student.id] = read_file(place / student.id / f"{exercise.key}.py", place)
        results = engine.grade(COURSE, answers, exercises=[exercise])
        for (student_id, _), result in results.items():
            told = truth["answers"][truth["students"][student_id][exercise.key]]
            seen.add(told["what"])
            kinds = {o.failure.kind.value for o in result.outcomes if o.failure is not None}
            names = {o.misconception for o in result.outcomes} - {None}
            who = f"{student_id} {exercise.key} {told} {kinds} {names}"
            assert all(o.status is not Status.UNGRADED for o in result.outcomes), who
            assert result.score.complete == (told["verdict"] == "right"), who
            assert told["failure"] is None or told["failure"] in kinds, who
            assert names == ({told["misconception"]} if told["misconception"] else set()), who
    assert seen >= {
        "right",
        "misconception",
        "stub",
        "crash",
        "memory",
        "syntax",
        "broken",
        "missing",
    }


def test_the_same_seed_gives_the_same_class(tmp_path: Path) -> None:
    """And another seed another one."""
    for name, seed in (("a", "7"), ("b", "7"), ("c", "8")):
        arguments = [str(tmp_path / name), "--students", "12", "--seed", seed, "--form", "zips"]
        assert main([*arguments, "--course", str(COURSE.root)]) == 0

    def contents(name: str) -> dict[str, bytes]:
        root = tmp_path / name
        return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}

    assert contents("a") == contents("b") != contents("c")


def test_a_loop_is_in_the_class_only_if_wanted() -> None:
    """Each costs its time limit, so their share can be set, to none as well."""
    whats = [
        [g.truth.what for theirs in a_class(loops=share).given.values() for g in theirs.values()]
        for share in (0.0, 0.1)
    ]
    assert whats[0].count("loop") == 0
    assert whats[1].count("loop") == 8


def test_copies_are_listed_and_differ_from_their_source_as_said() -> None:
    """A verbatim copy is the source's bytes, any other is not."""
    made = a_class(200)
    assert {copy.disguise for copy in made.copies} > {"verbatim"}
    for copy in made.copies:
        source, copied = (made.given[s][copy.exercise] for s in (copy.source, copy.copier))
        assert (source.content == copied.content) == (copy.disguise == "verbatim")
        assert source.truth == copied.truth


def test_the_roster_names_everybody_once(tmp_path: Path) -> None:
    """Ids are valid and nobody shares one, nor a number or an address."""
    made = a_class(300)
    written(made, tmp_path / "class")
    with (tmp_path / "class" / "roster.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for column in ("id", "email", "lms_id"):
        assert len({row[column] for row in rows}) == 300
    assert all(student_id_problem(row["id"]) is None for row in rows)
    assert any(not row["name"].isascii() for row in rows)
    assert any(row["extension"] for row in rows)


@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_form_holds_every_answer(form: str, tmp_path: Path) -> None:
    """Whatever the form, what was handed in can be counted there."""
    made = a_class(30)
    place = written(made, tmp_path / "class", form)
    given = [g for theirs in made.given.values() for g in theirs.values() if g is not MISSING]
    folders = sum(g.content is None for g in given)
    archives = sorted(place.glob("*.zip")) if place.is_dir() else [place]
    members = [name for path in archives for name in zipfile.ZipFile(path).namelist()]
    members += [str(path) for path in place.rglob("*.py")] if place.is_dir() else []
    kept = len(given) if form not in ("canvas", "files") else len(given) - folders
    assert len([name for name in members if name.rstrip("/").endswith(".py")]) == kept


def test_large_classes_share_equal_files(tmp_path: Path) -> None:
    """Ten thousand students must not fill the disk."""
    made = make(COURSE, EXERCISES[:1], 600, distinct=50)
    place = written(made, tmp_path / "class")
    files = [path.stat() for path in place.rglob("*.py") if path.is_file()]
    assert len({file.st_ino for file in files}) < len(files) / 3


@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_form_is_read_back_as_it_was_handed_in(form: str, tmp_path: Path) -> None:
    """`course grade` recognises each form, knows everybody by the roster, and loses nothing."""
    made = a_class(30)
    place = written(made, tmp_path / "class", form)
    roster = read_roster(tmp_path / "class" / "roster.csv", COURSE)
    intake = discover(str(place), COURSE, roster, exercises=EXERCISES)
    assert (intake.form, list(intake.unattributed)) == (form, [])
    read = {handed.student: handed.read(EXERCISES).answers for handed in intake.handed}
    for student, theirs in made.given.items():
        for key, given in theirs.items():
            answer = read.get(student, {}).get(key)
            if given is MISSING or (given.content is None and form in ("canvas", "files")):
                assert answer is None or isinstance(answer, Absent)
            elif given.truth.failure == "unreadable":
                assert isinstance(answer, Unreadable)
            else:
                assert isinstance(answer, Source)
                assert given.content is not None
                assert answer.text == given.content.decode()
