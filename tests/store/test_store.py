"""Results and answers: stored once, found again, never half."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update

from tests.store.samples import (
    DUE,
    FAILED,
    PASSED,
    UNGRADED,
    VERSIONS,
    absent,
    course,
    graded,
    outcome,
)
from torchgrade.graded import Graded
from torchgrade.marks import MarkState
from torchgrade.result import Kind
from torchgrade.store import Link, Store, open_store, schema

COURSE = course()
A0, A1, B0, B1 = COURSE.exercises


def contents(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of ours."""
    tables = schema.METADATA.sorted_tables
    return {
        table.name: sorted(
            store.database.read(lambda c, t=table: [tuple(row) for row in c.execute(select(t))]),  # type: ignore[misc]  # mypy infers no lambda with a default
            key=repr,
        )
        for table in tables
    }


def written(store: Store, action: Callable[[], object]) -> list[str]:
    """Statements that change rows during ``action``; with what came of those."""
    seen: list[str] = []

    def note(*arguments: Any) -> None:
        cursor, statement = arguments[1], arguments[2]
        if not statement.startswith(("SELECT", "BEGIN", "PRAGMA")) and cursor.rowcount > 0:
            seen.append(statement)

    event.listen(store.database.engine, "after_cursor_execute", note)
    try:
        action()
    finally:
        event.remove(store.database.engine, "after_cursor_execute", note)
    return seen


def link_of(g: Graded, student: str | None = None) -> Link:
    return Link(student or g.student, g.exercise, g.key, g.digest, g.submitted, g.origin)


def test_what_was_saved_is_found_after_reopening(url: str) -> None:
    """A result comes back whole, with the source that it belongs to."""
    wrong = outcome(1, FAILED, misconception="off_by_one")
    saved = graded("ada", A0, [PASSED, wrong], source="def f():\n    return '梯度'\n")
    with open_store(url, COURSE) as store:
        store.save([saved])
    with open_store(url, COURSE) as store:
        assert list(store.results("ada", [A0])) == [("ada", saved.result, saved.source)]
        assert store.source(saved.digest) == saved.source


def test_a_result_is_stored_once_for_all_who_gave_the_same_answer(url: str) -> None:
    """A hundred equal answers cost one result."""
    with open_store(url, COURSE) as store:
        store.save([graded(f"s{n}", A0) for n in range(100)])
        rows = contents(store)
    assert len(rows["torchgrade_answer"]) == 100
    assert len(rows["torchgrade_result"]) == len(rows["torchgrade_source"]) == 1
    assert len(rows["torchgrade_outcome"]) == 2


def test_points_are_the_courses_as_it_is_now(url: str) -> None:
    """An author changes the points: nothing is graded again, and scores follow."""
    with open_store(url, course(points=10)) as store:
        store.save([graded("ada", A0, [PASSED, FAILED])])
    now = course(points=4)
    with open_store(url, now) as store:
        [(_, result, _)] = store.results(None, now.exercises[:1])
    assert result.score.earned == 2
    assert result.score.maximum == 4


def test_saving_twice_is_saving_once(url: str) -> None:
    """The second time nothing is written, not even the same."""
    several = [
        graded("ada", A0),
        graded("bob", A0, [PASSED, FAILED], source="y"),
        graded("bob", A1, [UNGRADED]),
        absent("bob", B0),
    ]
    with open_store(url, COURSE) as store:
        store.save(several)
        before = contents(store)
        assert written(store, lambda: store.save(several)) == []
        assert contents(store) == before


def test_a_final_result_stays(url: str) -> None:
    """Neither a second opinion nor a failure to grade replaces it."""
    first = graded("ada", A0, [PASSED, FAILED])
    with open_store(url, COURSE) as store:
        store.save([first])
        store.save([replace(first, result=graded("ada", A0, [UNGRADED, UNGRADED]).result)])
        store.save([replace(first, result=graded("ada", A0, [PASSED, PASSED]).result)])
        [(_, result, _)] = store.results("ada", [A0])
    assert result == first.result


def test_a_result_replaces_one_that_could_not_be_told(url: str) -> None:
    """Under the same key, with its outcomes, for everybody who has that answer."""
    first, final = graded("ada", A0, [UNGRADED]), graded("ada", A0, [PASSED, FAILED])
    with open_store(url, COURSE) as store:
        store.save([first, replace(first, student="bob")])
        assert store.known([first.key]) == set()
        store.save([final])
        assert store.known([first.key]) == {first.key}
        assert [r.score.earned for _, r, _ in store.results(None, [A0])] == [5, 5]
        assert len(contents(store)["torchgrade_outcome"]) == 2


def test_of_two_results_with_one_key_the_final_one_is_kept(url: str) -> None:
    """Whatever their order within a call."""
    a, b = graded("ada", A0, [PASSED]), graded("bob", A0, [UNGRADED])
    with open_store(url, COURSE) as store:
        store.save([a, b])
        assert store.known([a.key]) == {a.key}


def test_known_are_final_results_that_can_be_read(url: str) -> None:
    """What is ungraded, absent, or of another format is graded (again)."""
    a, b, c = graded("ada", A0), graded("ada", A1, [UNGRADED]), graded("ada", B0)
    with open_store(url, COURSE) as store:
        store.save([a, b, c])
        old = update(schema.result).where(schema.result.c.key == c.key).values(format=0)
        store.database.write(lambda connection: connection.execute(old))
        assert store.known([a.key, b.key, c.key, "0" * 64]) == {a.key}
        assert [r.key for _, r, _ in store.results(None, COURSE.exercises)] == [A0.key, A1.key]
        store.save([c])
        assert store.known([c.key]) == {c.key}


def test_answers_tell_what_was_graded_and_how_it_stands(url: str) -> None:
    """For everybody at once, and of the exercises asked for only."""
    a, b, c = graded("ada", A0), graded("bob", A0, [UNGRADED], source="y"), absent("bob", A1)
    with open_store(url, COURSE) as store:
        store.save([a, b, c, graded("bob", B0)])
        rows = store.answers([A0, A1])
    assert {key: (row.digest, row.key, row.state) for key, row in rows.items()} == {
        ("ada", A0.key): (a.digest, a.key, MarkState.GRADED),
        ("bob", A0.key): (b.digest, b.key, MarkState.UNGRADED),
        ("bob", A1.key): ("", c.key, MarkState.MISSING),
    }


def test_a_new_answer_takes_the_place_of_the_old_one(url: str) -> None:
    """The latest counts; the former result is kept for whoever else has it."""
    old, new = graded("ada", A0, [FAILED]), graded("ada", A0, [PASSED], source="y")
    with open_store(url, COURSE) as store:
        store.save([old])
        store.save([new])
        assert [(r, s) for _, r, s in store.results("ada", [A0])] == [(new.result, "y")]
        assert store.known([old.key]) == {old.key}


def test_a_known_result_is_linked_without_its_content(url: str) -> None:
    """An answer that somebody else gave before needs no grading."""
    first = graded("ada", A0)
    with open_store(url, COURSE) as store:
        store.save([first])
        store.link(
            "bob", A0.key, first.key, digest=first.digest, submitted=DUE, origin="in/bob.zip"
        )
        assert list(store.results("bob", [A0])) == [("bob", first.result, first.source)]


def test_links_are_made_all_or_none(url: str) -> None:
    """One key that is not stored, and nobody is linked."""
    first = graded("ada", A0)
    with open_store(url, COURSE) as store:
        store.save([first])
        with pytest.raises(KeyError):
            store.link_all([link_of(first, "bob"), replace(link_of(first, "eve"), key="0" * 64)])
        assert set(store.answers([A0])) == {("ada", A0.key)}


def test_a_regrade_waits_for_its_links(url: str) -> None:
    """New results can be seen and compared before they count for anybody."""
    old, new = graded("ada", A0, [FAILED]), graded("ada", A0, [PASSED], grader="2")
    with open_store(url, COURSE) as store:
        store.save([old])
        store.save([new], link=False)
        assert [r for _, r, _ in store.results("ada", [A0])] == [old.result]
        assert dict(store.stored([old.key, new.key], [A0])) == {
            old.key: old.result,
            new.key: new.result,
        }
        store.link_all([link_of(new)])
        assert [r for _, r, _ in store.results("ada", [A0])] == [new.result]


def test_deaths_are_counted_per_content(url: str) -> None:
    """Another answer, or another grader, begins anew."""
    with open_store(url, COURSE) as store:
        assert store.note_death("ada", {A0.key: "k1", A1.key: "k2"}) == 1
        assert store.note_death("ada", {A0.key: "k1"}) == 2
        assert store.note_death("bob", {A0.key: "k1"}) == 1
        assert store.note_death("ada", {A0.key: "k3"}) == 1
        row = store.answers([A0])["ada", A0.key]
    assert (row.key, row.state, row.deaths, row.deaths_key) == (None, None, 1, "k3")


def test_a_final_result_forgives_deaths_and_an_ungraded_one_does_not(url: str) -> None:
    """What could be graded in the end was not what killed the workers."""
    undecided, final = graded("ada", A0, [UNGRADED]), graded("ada", A0, [PASSED])
    with open_store(url, COURSE) as store:
        for _ in range(3):
            store.note_death("ada", {A0.key: undecided.key})
        store.save([undecided])
        assert store.answers([A0])["ada", A0.key].deaths == 3
        store.save([final])
        assert store.answers([A0])["ada", A0.key].deaths == 0


def test_results_come_student_by_student_in_the_order_asked_for(url: str) -> None:
    """So that a page per student can be made from a stream."""
    with open_store(url, COURSE) as store:
        store.save([graded(s, e) for e in (A0, A1, B0) for s in ("bob", "ada")])
        found = [(student, result.key) for student, result, _ in store.results(None, [B0, A0])]
    assert found == [("ada", B0.key), ("ada", A0.key), ("bob", B0.key), ("bob", A0.key)]


@pytest.mark.parametrize("source", ["", "\0", "\ud800", "é\U0001f600", "\ud83d\ude00"])
def test_a_source_of_any_characters_comes_back(url: str, source: str) -> None:
    """Notebooks are JSON and may hold what no text file does; PostgreSQL takes less than that."""
    with open_store(url, COURSE) as store:
        store.save([graded("ada", A0, source=source)])
        assert [s for _, _, s in store.results("ada", [A0])] == [source]


def test_names_of_files_may_be_any_bytes(url: str) -> None:
    """They are shown with escapes."""
    odd = os.fsdecode(b"caf\xe9")
    with open_store(url, COURSE) as store:
        run = store.begin_run(VERSIONS, odd)
        store.save([graded("ada", A0, origin=odd)])
        store.unattributed(run, [(odd, "nobody's"), ("b", "twice")])
        assert store.unattributed_files(run) == (("caf\\udce9", "nobody's"), ("b", "twice"))


def test_a_run_is_interrupted_until_its_end_is_noted(url: str) -> None:
    """Whoever is killed can't say so."""
    with open_store(url, COURSE) as store:
        assert store.last_run() is None
        run = store.begin_run(VERSIONS, "submissions", jobs=4)
        found = store.last_run()
        assert found is not None
        assert (found.interrupted, found.finished, found.versions) == (True, None, VERSIONS)
        store.end_run(run)
        found = store.last_run()
        assert found is not None
        assert found.finished is not None
        assert not found.interrupted


def test_why_something_is_ungraded_can_be_asked_in_sql(url: str) -> None:
    """The state, the fault, and how each test stands are columns."""
    with open_store(url, COURSE) as store:
        store.save([graded("ada", A0, [PASSED, UNGRADED]), absent("ada", A1)])
        rows = contents(store)
    states = {(row[2], row[4], row[5]) for row in rows["torchgrade_result"]}
    assert states == {
        (A0.key, "ungraded", "the server went away"),
        (A1.key, "missing", None),
    }
    outcomes = {(row[2], row[3], row[6]) for row in rows["torchgrade_outcome"]}
    assert ("test_1", "ungraded", Kind.ENGINE.value) in outcomes


def test_times_keep_their_meaning_whatever_their_zone(url: str) -> None:
    """They are stored in UTC."""
    from datetime import timezone

    there = DUE.astimezone(timezone(timedelta(hours=8)))
    with open_store(url, COURSE) as store:
        store.save([graded("ada", A0, submitted=there)])
        [row] = store.database.read(
            lambda c: c.execute(select(schema.answer.c.submitted)).scalars().all()
        )
    assert row == DUE
