"""Marks in nbgrader's gradebook, looked at through nbgrader's own API and exporter."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from nbgrader import api  # type: ignore[import-untyped]  # it has no types
from sqlalchemy import select, text

from tests.store.samples import DUE, FAILED, PASSED, UNGRADED, absent, course, graded, outcome
from tests.store.test_faults import child, read_all
from tests.store.test_store import written
from torchgrade.late import LatePolicy
from torchgrade.marks import MarkState
from torchgrade.result import Failure, Kind
from torchgrade.roster import Person, Roster
from torchgrade.store import Store, open_store, schema
from torchgrade.store import nbgrader_tables as nb
from torchgrade.store.faults import DatabaseRefusedError
from torchgrade.store.gradebook import Synced, marks, sync

COURSE = course()
A0, A1, B0, B1 = COURSE.exercises
DAY = timedelta(days=1)
POLICIES = {"ch03_first": LatePolicy(per_day=0.1), "ch04_second": LatePolicy(cutoff=DAY)}
ADA = Person("ada", first_name="Ada", last_name="Lovelace", email="ada@x.org", lms_id="77")
LEI = Person("lei", name="韩梅梅", extensions={"ch03_first": 2 * DAY})
ROSTER = Roster({"ada": ADA, "lei": LEI})


@pytest.fixture(autouse=True)
def path(monkeypatch: pytest.MonkeyPatch) -> None:
    """nbgrader starts alembic from the path, where it is if the environment is activated."""
    folder = Path(sys.executable).parent
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url, COURSE) as opened:
        yield opened


@contextmanager
def nbgrader(store: Store) -> Iterator[Any]:
    """The same database as nbgrader opens it."""
    gradebook = api.Gradebook(nbgrader_url(store))
    try:
        yield gradebook
    finally:
        gradebook.close()


def nbgrader_url(store: Store) -> str:
    database = store.database
    if database.is_sqlite:
        return f"sqlite:///{database.place}"
    return database.engine.url.render_as_string(hide_password=False)


def by_hand(store: Store, student: str, exercise: str, **values: object) -> None:
    """What formgrader does when a person enters something."""
    with nbgrader(store) as gradebook:
        if "manual_comment" in values:
            row = gradebook.find_comment(exercise, "ch03", "ch03", student)
        else:
            row = gradebook.find_grade(f"test_{exercise}", "ch03", "ch03", student)
            row.needs_manual_grade = False
        for name, value in values.items():
            setattr(row, name, value)
        gradebook.db.commit()


def rows(store: Store, table: Any) -> list[Any]:
    return list(store.database.read(lambda c: c.execute(select(table)).all()))


def whys(store: Store) -> list[tuple[str, str, float | None, float | None, str]]:
    return [(r.student, r.exercise, r.before, r.after, r.why) for r in rows(store, schema.change)]


def test_nbgrader_sees_the_marks(store: Store) -> None:
    """Assignment, notebook, cells, submission, score and comment: where it looks for them."""
    store.save([graded("ada", A0, [PASSED, FAILED]), graded("ada", A1)])
    assert sync(store, None, ROSTER) == Synced(added=2, changed=0)
    with nbgrader(store) as gradebook:
        submission = gradebook.find_submission("ch03", "ada")
        assert (submission.score, submission.max_score) == (15, 20)
        assert submission.timestamp == DUE.replace(tzinfo=None)
        assert submission.assignment.duedate == DUE.replace(tzinfo=None)
        grade = gradebook.find_grade("test_a0", "ch03", "ch03", "ada")
        assert (grade.auto_score, grade.max_score, grade.needs_manual_grade) == (5, 10, False)
        assert grade.failed_tests
        comment = gradebook.find_comment("a0", "ch03", "ch03", "ada").comment
        assert comment.splitlines()[0] == "5 of 10 points"
        student = gradebook.find_student("ada")
        assert (student.first_name, student.last_name) == ("Ada", "Lovelace")
        assert (student.email, student.lms_user_id) == ("ada@x.org", "77")
        # What formgrader's pages are made of.
        assert gradebook.submission_dicts("ch03")[0]["score"] == 15
        assert gradebook.notebook_submission_dicts("ch03", "ch03")[0]["failed_tests"]
        assert {s["id"]: s["score"] for s in gradebook.student_dicts()} == {"ada": 15, "lei": 0}


def test_nbgraders_export_says_the_same(store: Store, tmp_path: Path) -> None:
    """Scores and penalties in its CSV are ours, for late, absent, and manually marked students."""
    late = DUE + timedelta(hours=30)
    store.save(
        [
            graded("ada", A0, [PASSED, PASSED, FAILED], source="a", submitted=late),
            graded("ada", A1, submitted=late),
            graded("bob", A0, [FAILED, FAILED], source="y"),
            graded("lei", A0, submitted=late),
            graded("lei", B0, submitted=DUE + 2 * DAY),
            absent("eve", A0),
            graded("zoe", A0),
            graded("zoe", A1, [PASSED, UNGRADED], source="z"),
        ]
    )
    sync(store, None, ROSTER, POLICIES)
    by_hand(store, "bob", "a0", manual_score=7.5, extra_credit=1.0)
    by_hand(store, "lei", "a0", extra_credit=0.5)
    sync(store, None, ROSTER, POLICIES)
    target = tmp_path / "grades.csv"
    command = [str(Path(sys.executable).with_name("nbgrader")), "export", "--to", str(target)]
    subprocess.run([*command, "--db", nbgrader_url(store)], cwd=tmp_path, check=True)
    found = marks(store, ROSTER, POLICIES)
    compared = 0
    for line in csv.DictReader(target.read_text().splitlines()):
        [chapter] = (name for name in found.chapters if name.startswith(line["assignment"]))
        mark = found.marks[line["student_id"]][chapter]
        assert float(line["max_score"]) == mark.maximum
        assert float(line["late_submission_penalty"]) == pytest.approx(mark.penalty)
        if mark.final is not None:
            assert float(line["score"]) == pytest.approx(mark.final)
        compared += 1
    assert compared == 2 * 5
    assert found.marks["ada"]["ch03_first"].final == pytest.approx((20 / 3 + 10) * 0.8)
    assert found.marks["bob"]["ch03_first"].final == 8.5
    assert found.marks["lei"]["ch03_first"].final == 10.5
    assert found.marks["lei"]["ch04_second"].final == 0
    assert found.marks["zoe"]["ch03_first"].final is None


def test_without_policies_marks_cost_what_the_gradebook_says(store: Store) -> None:
    """Whoever exports without course.yml's rules at hand gets the same marks and people."""
    store.save([graded("ada", A0, submitted=DUE + DAY / 2), graded("bob", B0)])
    sync(store, None, ROSTER, POLICIES)
    with_rules, without = marks(store, ROSTER, POLICIES), marks(store)
    assert [person.id for person in without.people] == ["ada", "bob", "lei"]
    for person in without.people:
        for chapter, mark in without.marks[person.id].items():
            other = with_rules.marks[person.id][chapter]
            assert mark.final == pytest.approx(other.final)
            assert mark.exercises == other.exercises
            assert mark.lateness.by == other.lateness.by


def test_what_is_the_same_is_not_written(store: Store) -> None:
    """Not one row changes, whatever there is: late, ungraded, absent, by hand."""
    store.save(
        [
            graded("ada", A0, [PASSED, FAILED], submitted=DUE + DAY),
            graded("bob", A0, [UNGRADED], source="y"),
            absent("bob", A1),
            absent("lei", A0),
        ]
    )
    sync(store, None, ROSTER, POLICIES)
    by_hand(store, "ada", "a0", manual_score=3.0)
    sync(store, None, ROSTER, POLICIES)
    before = {table: rows(store, table) for table in nb.METADATA.tables.values()}
    assert written(store, lambda: sync(store, None, ROSTER, POLICIES)) == []
    assert {table: rows(store, table) for table in nb.METADATA.tables.values()} == before


def test_what_people_entered_is_kept(store: Store) -> None:
    """Points, extra credit and words, through a new answer; whoever gave them is asked again."""
    store.save([graded("ada", A0, [PASSED, FAILED])])
    sync(store)
    by_hand(store, "ada", "a0", manual_score=9.0, extra_credit=0.5)
    by_hand(store, "ada", "a0", manual_comment="I see what you meant.")
    store.save([graded("ada", A0, [FAILED, FAILED], source="y")])
    assert sync(store).changed == 1
    with nbgrader(store) as gradebook:
        grade = gradebook.find_grade("test_a0", "ch03", "ch03", "ada")
        assert (grade.auto_score, grade.manual_score, grade.extra_credit) == (0, 9, 0.5)
        assert (grade.score, grade.needs_manual_grade) == (9.5, True)
        comment = gradebook.find_comment("a0", "ch03", "ch03", "ada")
        assert comment.comment == "I see what you meant."
        assert comment.auto_comment.startswith("0 of 10 points")
    mark = marks(store).marks["ada"]["ch03_first"].exercises[0]
    assert (mark.auto, mark.manual, mark.earned) == (0, 9.5, 9.5)
    assert mark.manual_comment == "I see what you meant."


def test_what_could_not_be_graded_waits_for_a_person(store: Store) -> None:
    """Never a zero: no score, and flagged; until it is graded after all."""
    store.save([graded("ada", A0, [PASSED, UNGRADED])])
    sync(store)
    with nbgrader(store) as gradebook:
        grade = gradebook.find_grade("test_a0", "ch03", "ch03", "ada")
        assert (grade.auto_score, grade.needs_manual_grade) == (None, True)
    assert marks(store).marks["ada"]["ch03_first"].final is None
    store.save([graded("ada", A0, [PASSED, FAILED])])
    sync(store)
    with nbgrader(store) as gradebook:
        grade = gradebook.find_grade("test_a0", "ch03", "ch03", "ada")
        assert (grade.auto_score, grade.needs_manual_grade) == (5, False)
    assert whys(store) == [("ada", A0.key, None, 5, "graded now; it could not be before")]


def test_whoever_hands_in_nothing_has_no_submission(store: Store) -> None:
    """As in nbgrader; what is missing of a chapter that was handed in is zero."""
    store.save([absent("ada", A0), absent("ada", A1), graded("bob", A0), absent("bob", A1)])
    sync(store, None, ROSTER)
    with nbgrader(store) as gradebook:
        with pytest.raises(api.MissingEntry):
            gradebook.find_submission("ch03", "ada")
        grade = gradebook.find_grade("test_a1", "ch03", "ch03", "bob")
        assert (grade.auto_score, grade.needs_manual_grade) == (0, False)
    found = marks(store, ROSTER)
    for student, states in (("ada", "MM"), ("bob", "GM"), ("lei", "MM")):
        mark = found.marks[student]["ch03_first"]
        assert "".join(e.state.name[0] for e in mark.exercises) == states
        assert mark.final == (10 if student == "bob" else 0)
    assert set(found.chapters) == {"ch03_first"}


def test_every_change_of_a_mark_tells_why(store: Store) -> None:
    """A new answer, another grader, other points, lateness: who, from, to."""
    store.save([graded("ada", A0, [FAILED, FAILED]), graded("ada", A1)])
    sync(store, None, ROSTER, POLICIES)
    assert whys(store) == []
    store.save([graded("ada", A0, [PASSED, FAILED], source="y")])
    sync(store, None, ROSTER, POLICIES)
    store.save([graded("ada", A0, [FAILED, PASSED], source="y", grader="2")])
    sync(store, None, ROSTER, POLICIES)  # as many points as before
    store.save([graded("ada", A0, [PASSED, PASSED], source="y", grader="3")])
    sync(store, None, ROSTER, POLICIES)
    late = graded("ada", A0, [PASSED, PASSED], source="y", grader="3", submitted=DUE + DAY)
    store.save([late])
    sync(store, None, ROSTER, POLICIES)
    richer = Store(store.database, course(points=20))
    sync(richer, None, ROSTER, POLICIES)
    assert whys(store) == [
        ("ada", A0.key, 0, 5, "another answer was handed in"),
        ("ada", A0.key, 5, 10, "graded again: now passes: Title 0"),
        ("ada", "ch03_first", 0, pytest.approx(2), "points that lateness takes"),
        ("ada", A0.key, 10, 20, "the exercise is worth other points"),
        ("ada", A1.key, 10, 20, "the exercise is worth other points"),
        ("ada", "ch03_first", pytest.approx(2), pytest.approx(4), "points that lateness takes"),
    ]
    with nbgrader(store) as gradebook:
        assert gradebook.find_assignment("ch03").max_score == 40


def test_a_change_belongs_to_its_run(store: Store) -> None:
    """So that it can be told when and by which versions it came about."""
    store.save([graded("ada", A0, [FAILED])])
    sync(store)
    run = store.begin_run({"torchgrade": "0.2", "torch": "3"}, "in")
    store.save([graded("ada", A0, [PASSED], grader="2")])
    store.end_run(run)
    sync(store)
    assert [row.run_id for row in rows(store, schema.change)] == [run.id]


def test_an_extension_given_in_nbgrader_stays(store: Store) -> None:
    """Unless the roster has one, which then counts."""
    store.save([graded("ada", A0, submitted=DUE + DAY)])
    sync(store, None, ROSTER, POLICIES)
    with nbgrader(store) as gradebook:
        gradebook.grant_extension("ch03", "ada", days=1)
    sync(store, None, ROSTER, POLICIES)
    assert marks(store, ROSTER, POLICIES).marks["ada"]["ch03_first"].final == 10
    assert rows(store, nb.submitted_assignment)[0].extension == DAY
    more = Roster({"ada": replace(ADA, extensions={"*": 3 * DAY})})
    sync(store, None, more, POLICIES)
    assert rows(store, nb.submitted_assignment)[0].extension == 3 * DAY


def test_a_roster_adds_to_what_is_known_of_people(store: Store) -> None:
    """What it says is entered; what it leaves out is not wiped out."""
    store.save([graded("ada", A0)])
    sync(store, None, ROSTER)
    sync(store, None, Roster({"ada": Person("ada", email="new@x.org")}))
    [ada] = [row for row in rows(store, nb.student) if row.id == "ada"]
    assert (ada.first_name, ada.email) == ("Ada", "new@x.org")
    long = Person("ada", first_name="x" * 1000, last_name="\ud800\0")
    sync(store, None, Roster({"ada": long}))


def test_a_comment_tells_why_points_are_missing(store: Store) -> None:
    """Title with explanation or what happened; of a hidden test only its hint."""
    tests = [
        outcome(0),
        outcome(1, FAILED, misconception="a mistake"),
        outcome(2, FAILED, misconception="a mistake"),
        outcome(3, FAILED, kind=Kind.RECURSION),
        replace(outcome(4, FAILED, hidden=True), misconception="secret"),
    ]
    store.save([graded("ada", A0, tests)])
    sync(store)
    [comment] = [row.auto_comment for row in rows(store, nb.comment) if row.auto_comment]
    first, *lines = comment.splitlines()
    assert first == "2 of 10 points"
    assert lines[0] == "- Title 1: You did a mistake"
    assert lines[1] == "- Title 2"
    assert lines[2].startswith("- Title 3: ")
    assert lines[3] == "- Title 4: Think of edges"
    assert "secret" not in comment


def test_a_comment_is_harmless_as_markdown(store: Store) -> None:
    """nbgrader's feedback renders it, HTML and all, and a student's exception may say anything."""
    message = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) 1 < 2"
    told = replace(
        outcome(0, FAILED), failure=Failure(Kind.RAISED, details={"type": "E", "message": message})
    )
    store.save([graded("ada", A0, [told])])
    sync(store)
    [comment] = [row.auto_comment for row in rows(store, nb.comment) if row.auto_comment]
    assert "< img src" in comment
    assert "javascript :" in comment
    assert "1 < 2" in comment


def test_a_file_that_is_at_fault_as_a_whole_is_told_once(store: Store) -> None:
    """Ten tests that fail by one syntax error are one line."""
    tests = [outcome(n, FAILED, kind=Kind.NOT_STARTED) for n in range(10)]
    store.save([graded("ada", A0, tests)])
    sync(store)
    [comment] = [row.auto_comment for row in rows(store, nb.comment) if row.auto_comment]
    assert len(comment.splitlines()) == 2


def test_comments_are_in_the_language_asked_for(store: Store) -> None:
    """And are worded anew if that changes."""
    store.save([graded("ada", A0, [PASSED, FAILED])])
    sync(store)
    sync(store, language="zh")
    [comment] = [row.auto_comment for row in rows(store, nb.comment) if row.auto_comment]
    assert "标题 1" in comment
    assert whys(store) == []


def test_only_the_students_named_are_entered(store: Store) -> None:
    """So that a grader can enter marks as they come."""
    store.save([graded("ada", A0), graded("bob", A0)])
    sync(store, ["bob"], ROSTER)
    assert {row.id for row in rows(store, nb.student)} == {"bob"}
    # Marks that are not entered yet can be read all the same.
    assert marks(store).marks["ada"]["ch03_first"].exercises[0].auto == 10


def test_two_graders_enter_the_same_students_at_once(url: str) -> None:
    """Nothing twice, nothing lost; both end well."""
    with open_store(url, COURSE) as store:
        nb.prepare_gradebook(store.database)

    def enter(grader: str, tell: Callable[[str], None]) -> None:
        with open_store(url, COURSE) as store:
            for round_ in range(3):
                for start in range(0, 60, 20):
                    students = [f"s{n}" for n in range(start, start + 20)]
                    store.save([graded(s, A0, grader=f"{grader}{round_}") for s in students])
                    sync(store, students)
        tell("done")

    with (
        child(lambda tell: enter("x", tell)) as (_, one),
        child(lambda tell: enter("y", tell)) as (_, two),
    ):
        assert (read_all(one), read_all(two)) == ("done", "done")
    with open_store(url, COURSE) as store:
        assert len(rows(store, nb.grade)) == len(rows(store, nb.comment)) == 60 * 2
        assert len(rows(store, nb.submitted_assignment)) == 60
        found = marks(store)
        assert all(found.marks[f"s{n}"]["ch03_first"].exercises[0].auto == 10 for n in range(60))
        assert written(store, lambda: sync(store)) == []


# What nbgrader itself does when a submission is added, with SQLAlchemy 2.1.
@pytest.mark.filterwarnings("ignore:Object of type")
def test_a_gradebook_that_nbgrader_made_is_used(url: str) -> None:
    """A classroom's own assignments in it are left alone."""
    with open_store(url, COURSE) as store:  # for the URL only
        address = nbgrader_url(store)
        store.database.write(schema.METADATA.drop_all)
    with api.Gradebook(address) as gradebook:
        gradebook.add_assignment("ps1")
        gradebook.add_notebook("p1", "ps1")
        gradebook.add_grade_cell("test_a0", "p1", "ps1", max_score=2, cell_type="code")
        gradebook.add_student("ada", first_name="Ada")
        gradebook.add_submission("ps1", "ada")
    with open_store(url, COURSE) as store:
        store.save([graded("ada", A0)])
        sync(store)
        with nbgrader(store) as gradebook:
            assert gradebook.find_submission("ps1", "ada").score == 0
            assert gradebook.find_submission("ch03", "ada").score == 10
        assert marks(store).marks["ada"].keys() == {"ch03_first"}


def test_a_gradebook_that_was_made_here_is_one_of_nbgraders(store: Store, tmp_path: Path) -> None:
    """It has the version that `nbgrader db upgrade` goes by, and lets itself be upgraded."""
    store.save([graded("ada", A0)])
    sync(store)
    with nbgrader(store) as gradebook:
        version = gradebook.db.execute(text("SELECT version_num FROM alembic_version")).scalar()
    assert version == api.get_alembic_version()


def test_a_gradebook_of_an_old_nbgrader_is_refused_with_the_remedy(store: Store) -> None:
    """Nothing is written into tables that lack what is needed."""
    old = text("CREATE TABLE student (id VARCHAR(128) PRIMARY KEY, first_name VARCHAR(128))")
    store.database.write(lambda connection: connection.execute(old))
    with pytest.raises(DatabaseRefusedError, match="nbgrader db upgrade"):
        sync(store)


def test_nbgraders_tables_are_as_described_here() -> None:
    """Every column under its name, of its type; and none left out that must be filled."""
    for table in nb.METADATA.tables.values():
        theirs = api.Base.metadata.tables[table.name]
        for column in table.columns:
            counterpart = theirs.columns[column.name]
            ours, other = column.type, counterpart.type
            assert type(ours).__name__.replace("Utc", "DateTime") == type(other).__name__, column
            assert getattr(ours, "length", None) == getattr(other, "length", None), column
            assert column.nullable == counterpart.nullable, column
        needed = {c.name for c in theirs.columns if not c.nullable and c.default is None}
        assert needed <= set(table.columns.keys())


def test_state_of_what_only_nbgrader_graded(store: Store) -> None:
    """A mark that its autograder entered counts, though there is no result for it."""
    store.save([graded("ada", A0)])
    sync(store)
    [grade] = [row for row in rows(store, nb.grade) if row.auto_score is None]
    by_hand(store, "ada", "a1", auto_score=4.0)
    found = marks(store).marks["ada"]["ch03_first"].exercises[1]
    assert grade.needs_manual_grade is False
    assert (found.state, found.auto) == (MarkState.GRADED, 4)
    assert not sync(store).changed
