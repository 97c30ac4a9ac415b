"""Results, answers and runs, kept: what has been graded stays so, whatever happens to the grader.

A result is stored once, under the key of what it depends on, and shared by all students with the
same answer. Points are the course's: they are no part of what is stored, and whoever reads a
result gets it with the points of the course as it is now.
"""

from __future__ import annotations

import json
import platform
import socket
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

from sqlalchemy import (
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    not_,
    or_,
    select,
    update,
)

from torchgrade.course_model import Course, Exercise
from torchgrade.graded import Graded
from torchgrade.marks import MarkState
from torchgrade.report.inert import one_line
from torchgrade.report.summary import State, state
from torchgrade.result import ExerciseResult, Kind, Status, earned_weight, total_weight
from torchgrade.result_tree import FORMAT, from_tree, to_tree
from torchgrade.store import schema
from torchgrade.store.connection import PATIENCE, Database, Insert, connect
from torchgrade.store.migration import prepare

__all__ = ["MISSING", "AnswerRow", "Link", "Run", "Store", "open_store"]

MISSING: Final = "missing"
"""State of a result, beside those of `torchgrade.report.summary.State`: nothing was handed in."""

_CHUNK: Final = 500
"""Values that one statement names: SQLite takes some thousands."""


class AnswerRow(NamedTuple):
    """What is known of a student's answer to an exercise, without its result."""

    digest: str
    """SHA-256 of the bytes that were last graded; empty if nothing was handed in."""
    key: str | None
    """Content key of the result; None if there is none yet."""
    state: MarkState | None
    """None if there is no result yet."""
    deaths: int
    """How many workers have died of the content `deaths_key`."""
    deaths_key: str


@dataclass(frozen=True)
class Link:
    """A student's answer whose result is stored already."""

    student: str
    exercise: str
    key: str
    digest: str
    submitted: datetime | None
    origin: str


class _Stored(NamedTuple):
    id: int
    final: bool


@dataclass(frozen=True)
class Run:
    """One run of a grader."""

    id: int
    started: datetime
    finished: datetime | None
    interrupted: bool
    versions: Mapping[str, str]
    """What graded: ``torchgrade``, ``python``, ``torch``."""


_IS_FINAL: Final = and_(
    schema.result.c.state != State.UNGRADED.value, schema.result.c.format == FORMAT
)
"""Whether a row of results needs no further grading: it could be told, and can be read."""

_SELECT_STORED: Final = select(schema.result.c.key, schema.result.c.id, _IS_FINAL).where(
    schema.result.c.key.in_(bindparam("keys", expanding=True))
)


class _Statements:
    """What is executed for every answer, made once: making them takes longer than most of them."""

    def __init__(self, database: Database) -> None:
        result, answer = schema.result, schema.answer
        self.add_results = (
            database.insert(result).on_conflict_do_nothing().returning(result.c.id, result.c.key)
        )
        self.add_sources = database.insert(schema.source).on_conflict_do_nothing()
        insert_answer = database.insert(answer)
        new = insert_answer.excluded

        def linking(names: Sequence[str]) -> Insert:
            return insert_answer.on_conflict_do_update(
                index_elements=[answer.c.student, answer.c.exercise],
                set_={name: new[name] for name in names},
                where=or_(*(answer.c[name].is_distinct_from(new[name]) for name in names)),
            )

        columns = ["result_id", "digest", "origin", "submitted"]
        # By whether the result is final: deaths before that were not the answer's doing.
        self.link = {False: linking(columns), True: linking([*columns, "deaths", "deaths_key"])}
        again = answer.c.deaths_key == new.deaths_key
        self.note_deaths = insert_answer.on_conflict_do_update(
            index_elements=[answer.c.student, answer.c.exercise],
            set_={
                "deaths": case((again, answer.c.deaths + 1), else_=1),
                "deaths_key": new.deaths_key,
            },
        )


class Store(AbstractContextManager["Store"]):
    """The results of one course. Safe to use from several threads; not across a fork.

    Everything raises `torchgrade.store.faults.StoreError` if the database fails.
    """

    def __init__(self, database: Database, course: Course) -> None:
        self.database = database
        self.course = course
        self._statements = _Statements(database)
        self.run: Run | None = None
        """The run that began last here: results and changes of marks are noted as its own, the
        marks that are entered after its end too."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __enter__(self) -> Self:
        return self

    def close(self) -> None:
        self.database.close()

    # --- runs

    def begin_run(self, versions: Mapping[str, str], location: str, *, jobs: int = 1) -> Run:
        """Note that grading begins of what lies at ``location``, with ``jobs`` workers.

        ``versions`` has ``torchgrade``, ``torch`` and, if it is not this one, ``python``.
        """
        known = {
            "torchgrade": versions["torchgrade"],
            "python": versions.get("python", platform.python_version()),
            "torch": versions["torch"],
        }
        started = datetime.now(UTC)
        row = {
            "started": started,
            "interrupted": True,  # until its end is noted
            "location": displayable(location),
            "host": socket.gethostname(),
            "jobs": jobs,
            **known,
        }

        def work(connection: Connection) -> int:
            made = connection.execute(insert(schema.run).values(row).returning(schema.run.c.id))
            return int(made.scalar_one())

        self.run = Run(self.database.write(work), started, None, True, known)
        return self.run

    def end_run(self, run: Run, *, interrupted: bool = False) -> None:
        """Note that ``run`` is over; ``interrupted`` if it left something to do."""
        statement = (
            update(schema.run)
            .where(schema.run.c.id == run.id)
            .values(finished=datetime.now(UTC), interrupted=interrupted)
        )
        self.database.write(lambda connection: connection.execute(statement))

    def last_run(self) -> Run | None:
        """The run that began last, here or elsewhere."""
        statement = select(schema.run).order_by(schema.run.c.id.desc()).limit(1)
        row = self.database.read(lambda connection: connection.execute(statement).first())
        if row is None:
            return None
        versions = {"torchgrade": row.torchgrade, "python": row.python, "torch": row.torch}
        return Run(row.id, row.started, row.finished, row.interrupted, versions)

    def unattributed(self, run: Run, files: Iterable[tuple[str, str]]) -> None:
        """Note (file, reason) of what was handed in and belongs to nobody that could be told.

        Replaces what was noted for the same run.
        """
        rows = [
            {"run_id": run.id, "position": n, "file": displayable(f), "reason": displayable(why)}
            for n, (f, why) in enumerate(files)
        ]

        def work(connection: Connection) -> None:
            table = schema.unattributed
            connection.execute(delete(table).where(table.c.run_id == run.id))
            if rows:
                connection.execute(insert(table), rows)

        self.database.write(work)

    def unattributed_files(self, run: Run) -> tuple[tuple[str, str], ...]:
        """What `unattributed` noted for ``run``."""
        table = schema.unattributed
        statement = (
            select(table.c.file, table.c.reason)
            .where(table.c.run_id == run.id)
            .order_by(table.c.position)
        )
        rows = self.database.read(lambda connection: connection.execute(statement).all())
        return tuple((row.file, row.reason) for row in rows)

    # --- what is there already

    def answers(self, exercises: Sequence[Exercise]) -> Mapping[tuple[str, str], AnswerRow]:
        """All students' answers to ``exercises``, by student and `Exercise.key`."""
        answer, result = schema.answer, schema.result
        statement = (
            select(
                answer.c.student,
                answer.c.exercise,
                answer.c.digest,
                result.c.key,
                result.c.state,
                answer.c.deaths,
                answer.c.deaths_key,
            )
            .outerjoin_from(answer, result, answer.c.result_id == result.c.id)
            .where(answer.c.exercise.in_([exercise.key for exercise in exercises]))
        )

        def work(connection: Connection) -> dict[tuple[str, str], AnswerRow]:
            return {
                (student, exercise): AnswerRow(digest, key, MARK_STATES[name], deaths, of)
                for student, exercise, digest, key, name, deaths, of in connection.execute(
                    statement
                )
            }

        return self.database.read(work)

    def links(self, exercises: Sequence[Exercise]) -> Iterator[tuple[str, Sequence[Link]]]:
        """Students, in order, with their answers to ``exercises`` that have a result."""
        answer, result = schema.answer, schema.result
        statement = (
            select(answer, result.c.key)
            .join(result, answer.c.result_id == result.c.id)
            .where(answer.c.exercise.in_([exercise.key for exercise in exercises]))
            .order_by(answer.c.student, answer.c.exercise)
        )
        with self.database.reading() as connection:
            rows: Iterable[Any] = connection.execution_options(yield_per=500).execute(statement)
            for student, of_student in groupby(rows, key=lambda row: str(row.student)):
                yield (
                    student,
                    [
                        Link(student, row.exercise, row.key, row.digest, row.submitted, row.origin)
                        for row in of_student
                    ],
                )

    def known(self, keys: Iterable[str]) -> set[str]:
        """Which of ``keys`` have a final result: one that this version reads, not ungraded."""
        wanted = set(keys)
        stored = self.database.read(lambda connection: _stored(connection, wanted))
        return {key for key, row in stored.items() if row.final}

    # --- writing

    def save(self, graded: Sequence[Graded], *, link: bool = True) -> None:
        """Store results with their sources, all or none; durable when this returns.

        A final result that is there already stays as it is, and so does whatever is the same:
        saving twice is saving once. With ``link`` they become the students' results; without,
        they wait for `link_all`.
        """
        results = {g.key: g for g in sorted(graded, key=lambda g: (g.key, not g.result.ungraded))}
        sources = {g.digest: g.source for g in graded if g.source is not None and g.digest}
        links = [
            Link(g.student, g.exercise, g.key, g.digest, g.submitted, g.origin) for g in graded
        ]
        rows = [self._result_row(g) for g in results.values()]
        outcomes = {key: _outcome_rows(g.result) for key, g in results.items()}

        def work(connection: Connection) -> None:
            stored = self._save_results(connection, rows, outcomes)
            self._save_sources(connection, sources)
            if link:
                self._link(connection, links, stored)

        if graded:
            self.database.write(work)

    def link(
        self,
        student: str,
        exercise: str,
        key: str,
        *,
        digest: str,
        submitted: datetime | None,
        origin: str,
    ) -> None:
        """Make the stored result ``key`` the student's. Raises `KeyError` if it is unknown."""
        self.link_all([Link(student, exercise, key, digest, submitted, origin)])

    def link_all(self, links: Sequence[Link]) -> None:
        """`link` for many, all or none."""

        def work(connection: Connection) -> None:
            self._link(connection, links, _stored(connection, {link.key for link in links}))

        if links:
            self.database.write(work)

    def relink(self, links: Sequence[Link]) -> Sequence[Link]:
        """`link_all` for those answers that are still what the links say; returns their links.

        Whoever has handed in something else meanwhile keeps the result of that.
        """
        answer = schema.answer
        students = sorted({link.student for link in links})

        def work(connection: Connection) -> list[Link]:
            present = {}
            for chunk in _chunks(students):
                statement = select(answer.c.student, answer.c.exercise, answer.c.digest)
                rows = connection.execute(
                    statement.where(answer.c.student.in_(chunk)).with_for_update()
                )
                present.update({(row.student, row.exercise): row.digest for row in rows})
            kept = [k for k in links if present.get((k.student, k.exercise)) == k.digest]
            self._link(connection, kept, _stored(connection, {link.key for link in kept}))
            return kept

        return self.database.write(work) if links else ()

    def note_death(self, student: str, keys: Mapping[str, str]) -> int:
        """A worker died while it graded these answers: content keys by exercise.

        Returns how many workers have died so of the answer that most have died of. An answer with
        another content begins anew, and so does one that got a final result.
        """
        answer = schema.answer
        rows = [
            {
                "student": student,
                "exercise": exercise,
                "digest": "",
                "origin": "",
                "deaths": 1,
                "deaths_key": key,
                "marked_as": "",
            }
            for exercise, key in sorted(keys.items())
        ]

        def work(connection: Connection) -> int:
            connection.execute(self._statements.note_deaths, rows)
            most = select(func.max(answer.c.deaths)).where(
                answer.c.student == student, answer.c.exercise.in_(list(keys))
            )
            return int(connection.execute(most).scalar() or 0)

        return self.database.write(work) if rows else 0

    # --- reading

    def results(
        self, student: str | None, exercises: Sequence[Exercise]
    ) -> Iterator[tuple[str, ExerciseResult, str | None]]:
        """Students with their results and the source graded, one student after the other.

        A student's results come in the order of ``exercises``. ``student`` None stands for all.
        Nothing but one student's results is held in memory.
        """
        answer, result, source = schema.answer, schema.result, schema.source
        statement = (
            select(answer.c.student, answer.c.exercise, result.c.tree, source.c.form, source.c.text)
            .join(result, answer.c.result_id == result.c.id)
            .outerjoin(source, answer.c.digest == source.c.digest)
            .where(answer.c.exercise.in_([exercise.key for exercise in exercises]))
            .where(result.c.format == FORMAT)
            .order_by(answer.c.student)
        )
        if student is not None:
            statement = statement.where(answer.c.student == student)
        places = {exercise.key: (n, exercise) for n, exercise in enumerate(exercises)}

        with self.database.reading() as connection:
            rows: Iterable[Any] = connection.execution_options(yield_per=200).execute(statement)
            for name, of_student in groupby(rows, key=lambda row: str(row.student)):
                for row in sorted(of_student, key=lambda row: places[row.exercise][0]):
                    found = read_result(row.tree, places[row.exercise][1])
                    yield name, found, _read_source(row)

    def stored(
        self, keys: Collection[str], exercises: Sequence[Exercise]
    ) -> Iterator[tuple[str, ExerciseResult]]:
        """Results by content key, whether they are linked to a student or not."""
        by_key = {exercise.key: exercise for exercise in exercises}
        result = schema.result
        for chunk in _chunks(sorted(keys)):
            statement = select(result.c.key, result.c.exercise, result.c.tree).where(
                result.c.key.in_(chunk), result.c.format == FORMAT
            )
            for row in self._rows(statement):
                if row.exercise in by_key:
                    yield row.key, read_result(row.tree, by_key[row.exercise])

    def source(self, digest: str) -> str | None:
        """The text of an answer by the digest of its bytes."""
        statement = select(schema.source.c.form, schema.source.c.text)
        rows = self._rows(statement.where(schema.source.c.digest == digest))
        return _read_source(rows[0]) if rows else None

    # --- inside a transaction

    def _rows(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        return self.database.read(lambda connection: connection.execute(statement).all())

    def _result_row(self, graded: Graded) -> dict[str, object]:
        result = graded.result
        # An author may change the points without a reason to grade again.
        bare = replace(result, points=1.0)
        earned, total = _weights(result)
        return {
            "key": graded.key,
            "exercise": graded.exercise,
            "digest": graded.digest,
            "state": state_of(result),
            "fault": _fault(result),
            "earned_weight": earned,
            "total_weight": total,
            "sandbox": result.sandbox,
            "device": result.device,
            "seconds": result.seconds,
            "peak_memory": result.peak_memory,
            "graded": datetime.now(UTC),
            "run_id": None if self.run is None else self.run.id,
            "format": FORMAT,
            "tree": json.dumps(to_tree(bare), allow_nan=False, separators=(",", ":")),
        }

    def _save_results(
        self,
        connection: Connection,
        rows: Sequence[dict[str, Any]],
        outcomes: Mapping[str, Sequence[dict[str, object]]],
    ) -> dict[str, _Stored]:
        """What is stored by then, by key."""
        stored = _stored(connection, outcomes)
        new = [row for row in rows if row["key"] not in stored]
        if new:
            made = connection.execute(self._statements.add_results, new).all()
            _add_outcomes(connection, [(number, outcomes[key]) for number, key in made])
            finals = {row["key"]: row["state"] != State.UNGRADED.value for row in new}
            stored |= {key: _Stored(number, finals.pop(key)) for number, key in made}
            # Another grader was faster with these. Its results are as good, if it could tell.
            stored |= _stored(connection, finals)
        for row in rows:
            there = stored[row["key"]]
            if not there.final and self._replace(connection, row, there.id, outcomes[row["key"]]):
                stored[row["key"]] = _Stored(there.id, row["state"] != State.UNGRADED.value)
        return stored

    def _replace(
        self,
        connection: Connection,
        row: Mapping[str, Any],
        number: int,
        outcomes: Sequence[dict[str, object]],
    ) -> bool:
        """Put a result in the place of one that is not final, unless they are the same."""
        result = schema.result
        changed = connection.execute(
            update(result)
            .where(result.c.id == number, not_(_IS_FINAL))
            .where(or_(result.c.format != FORMAT, result.c.tree != row["tree"]))
            .values(**row)
        )
        if changed.rowcount:
            connection.execute(delete(schema.outcome).where(schema.outcome.c.result_id == number))
            _add_outcomes(connection, [(number, outcomes)])
        return bool(changed.rowcount)

    def _save_sources(self, connection: Connection, sources: Mapping[str, str | None]) -> None:
        rows = [
            {"digest": digest, **_source_row(text)}
            for digest, text in sorted(sources.items())
            if text is not None
        ]
        if rows:
            connection.execute(self._statements.add_sources, rows)

    def _link(
        self, connection: Connection, links: Sequence[Link], stored: Mapping[str, _Stored]
    ) -> None:
        wanted = {(link.student, link.exercise): link for link in links}
        rows: dict[bool, list[dict[str, object]]] = {True: [], False: []}
        for _, link in sorted(wanted.items()):
            rows[stored[link.key].final].append(
                {
                    "student": link.student,
                    "exercise": link.exercise,
                    "result_id": stored[link.key].id,
                    "digest": link.digest,
                    "origin": displayable(link.origin),
                    "submitted": link.submitted,
                    "deaths": 0,
                    "deaths_key": "",
                    "marked_as": "",
                }
            )
        for final, of_kind in rows.items():
            if of_kind:
                connection.execute(self._statements.link[final], of_kind)


def open_store(url: str | Path, course: Course, *, patience: float = PATIENCE) -> Store:
    """The store at ``url``, a path or a URL: see `torchgrade.store.connection.connect`.

    A database that is new, or that is nbgrader's alone, gets the tables that it lacks. ``patience``
    is for how many seconds to wait for other programs that hold it. Raises `StoreError`.
    """
    database = connect(url, patience=patience)
    try:
        prepare(database)
    except BaseException:
        database.close()
        raise
    return Store(database, course)


def state_of(result: ExerciseResult) -> str:
    """A state of `torchgrade.report.summary.State`, or `MISSING`."""
    if result.score.earned is None:
        return State.UNGRADED.value
    kinds = {outcome.failure.kind if outcome.failure else None for outcome in result.outcomes}
    return MISSING if kinds == {Kind.ABSENT} else state(result).value


MARK_STATES: Final[Mapping[str | None, MarkState | None]] = {
    None: None,
    MISSING: MarkState.MISSING,
    State.UNGRADED.value: MarkState.UNGRADED,
    State.PASSED.value: MarkState.GRADED,
    State.FAILED.value: MarkState.GRADED,
    State.NOT_STARTED.value: MarkState.GRADED,
}


def _fault(result: ExerciseResult) -> str | None:
    """Why a result is ungraded, in a line of English; None if it is graded."""
    if result.score.earned is not None:
        return None
    for outcome in result.outcomes:
        failure = outcome.failure
        if outcome.status is Status.UNGRADED and failure is not None:
            message = str(failure.details.get("message", failure.kind.value))
            place = failure.details.get("place")
            return displayable(one_line(f"{message} ({place})" if place else message))
    return "its tests count for nothing" if result.outcomes else "no test could be run"


def points_of(earned_weight: float | None, total_weight: float, points: float) -> float | None:
    """`ExerciseResult.score` from the columns of a stored result, to the last bit."""
    if earned_weight is None:
        return None
    if earned_weight >= total_weight:
        return points
    return min(points, points * earned_weight / total_weight)


def _weights(result: ExerciseResult) -> tuple[float | None, float]:
    """Weight of the tests that passed, None if that can't be told, and weight of all."""
    total = total_weight(result.outcomes)
    if result.score.earned is None:
        return None, total
    return earned_weight(result.outcomes), total


def displayable(text: str) -> str:
    """``text`` without what a database refuses: half characters of odd file names, and NUL."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\0")


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))


def _stored(connection: Connection, keys: Collection[str]) -> dict[str, _Stored]:
    """What is stored under ``keys``, as far as there is anything."""
    return {
        key: _Stored(number, final)
        for chunk in _chunks(sorted(keys))
        for key, number, final in connection.execute(_SELECT_STORED, {"keys": chunk})
    }


def _outcome_rows(result: ExerciseResult) -> list[dict[str, object]]:
    return [
        {
            "position": position,
            "test": displayable(outcome.test),
            "status": outcome.status.value,
            "weight": outcome.weight,
            "hidden": outcome.hidden,
            "kind": None
            if outcome.failure is None or outcome.status is Status.PASSED
            else outcome.failure.kind.value,
            "misconception": None
            if outcome.misconception is None
            else displayable(outcome.misconception),
            "seconds": outcome.seconds,
        }
        for position, outcome in enumerate(result.outcomes)
    ]


def _add_outcomes(
    connection: Connection, of_results: Sequence[tuple[int, Sequence[dict[str, object]]]]
) -> None:
    rows = [{"result_id": number, **row} for number, outcomes in of_results for row in outcomes]
    if rows:
        connection.execute(insert(schema.outcome), rows)


def read_result(tree: str, exercise: Exercise) -> ExerciseResult:
    return replace(from_tree(json.loads(tree)), points=exercise.points)


def _source_row(text: str) -> dict[str, str]:
    encoded = text.encode("utf-8", "surrogatepass")
    if "\0" not in text and encoded.decode("utf-8", "replace") == text:
        return {"form": "text", "text": text}
    return {"form": "hex", "text": encoded.hex()}


def _read_source(row: Any) -> str | None:
    """The text in the columns ``form`` and ``text``, which an outer join may have left empty."""
    text: str | None = row.text
    if text is None or row.form == "text":
        return text
    return bytes.fromhex(text).decode("utf-8", "surrogatepass")
