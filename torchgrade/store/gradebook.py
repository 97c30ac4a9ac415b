"""Marks in nbgrader's gradebook, so that its formgrader and all its exporters see them.

A chapter is an assignment under its short name (``ch03``) with one notebook of the same name. In
it every exercise has a grade cell ``test_EXERCISE``, which is worth its points, and a solution cell
``EXERCISE``, which carries the comment. A written part is one cell, ``written_EXERCISE``, which is
both and which a person grades. What people entered (scores, extra credit, comments) is never
written.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final, TypeVar

from sqlalchemy import (
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    case,
    false,
    insert,
    select,
    true,
    update,
)

from torchgrade.course_model import Chapter, Course, Exercise
from torchgrade.i18n import catalogue
from torchgrade.late import IN_TIME, Lateness, LatePolicy, lateness
from torchgrade.marks import ChapterMark, ClassMarks, ExerciseMark, MarkState
from torchgrade.notebooks.names import (
    ABOUT,
    SETUP,
    answer_id,
    ask_id,
    assignment_name,
    check_id,
    statement_id,
    test_id,
    written_id,
)
from torchgrade.regrade_diff import changed_tests, in_words
from torchgrade.report.fill import fill
from torchgrade.result import ExerciseResult
from torchgrade.result_tree import FORMAT as TREE_FORMAT
from torchgrade.roster import Person, Roster
from torchgrade.store import nbgrader_tables as nb
from torchgrade.store import schema
from torchgrade.store.database import (
    MARK_STATES,
    MISSING,
    Store,
    displayable,
    points_of,
    read_result,
)
from torchgrade.store.nbgrader_tables import COURSE, new_id, prepare_gradebook
from torchgrade.store.remark import FORMAT as REMARK_FORMAT
from torchgrade.store.remark import remark

__all__ = ["Synced", "marks", "sync"]

T = TypeVar("T")
_CHUNK: Final = 100
"""Students per transaction: nobody waits long for it, and few are needed."""
_REMEMBERED: Final = 10_000
_NOBODY: Final = Roster()
_KERNEL: Final = json.dumps(
    {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
)
_NO_RESPONSE: Final = "No response."
"""nbgrader's own words."""
_WIDTH: Final = 128
"""Characters of a name in nbgrader's tables; PostgreSQL insists."""


@dataclass(frozen=True)
class Synced:
    """What `sync` had to do."""

    added: int
    """Marks that the gradebook didn't have."""
    changed: int
    """Marks that are others now; `torchgrade_change` has them."""


def sync(
    store: Store,
    students: Collection[str] | None = None,
    roster: Roster = _NOBODY,
    policies: Mapping[str, LatePolicy] | None = None,
    language: str | None = None,
    unanswered: Mapping[tuple[str, str], Collection[str]] | None = None,
) -> Synced:
    """Enter the results of ``students`` (None: of all) into the gradebook.

    ``policies`` says by chapter name what lateness costs. Comments are in ``language``, the
    course's first by default. Everybody in ``roster`` is made known to the gradebook, if
    ``students`` doesn't leave them out. An extension that the gradebook has stays unless the roster
    has one too. ``unanswered`` has, by student and chapter name, for notebooks that were
    handed in, the cells for a person to grade that are as they were handed out: these get no
    points, and whoever deleted every answer has handed in all the same, as nbgrader has it.
    What is the same already is not written. Raises `StoreError`; marks of the students before are
    entered then.
    """
    prepare_gradebook(store.database)
    chapters = _graded_chapters(store)
    places = store.database.write(lambda connection: _places(connection, store, chapters))
    context = _Context(
        store,
        roster,
        policies or {},
        language or store.course.languages[0],
        chapters,
        places,
        unanswered or {},
    )
    if students is None:
        students = {*roster.people, *_who_handed_in(store)}
    added = changed = 0
    ordered = sorted(students)
    for start in range(0, len(ordered), _CHUNK):
        chunk = ordered[start : start + _CHUNK]
        done = store.database.write(partial(_enter, context=context, students=chunk))
        added, changed = added + done.added, changed + done.changed
    return Synced(added, changed)


def marks(
    store: Store,
    roster: Roster = _NOBODY,
    policies: Mapping[str, LatePolicy] | None = None,
) -> ClassMarks:
    """All marks as they count now: the gradebook's, and results that are not entered there yet.

    With ``policies`` lateness is worked out anew, without, it costs what the gradebook says.
    Chapters of which nobody handed in anything are left out. Raises `StoreError`.
    """
    prepare_gradebook(store.database)
    return store.database.read(lambda connection: _read_marks(connection, store, roster, policies))


# --- the course in the gradebook


@dataclass(frozen=True)
class _Place:
    """Where a chapter stands: ids of nbgrader's rows."""

    assignment: str
    notebook: str
    grade_cells: Mapping[str, str]
    """By `Exercise.key`, and by `_written` of exercises with a written part."""
    solution_cells: Mapping[str, str]
    more_grades: Mapping[str, str]
    """By name: cells that the instructor has added to the notebook, each with points."""
    more_comments: Mapping[str, str]

    def key(self, name: str) -> str:
        """What a cell of the instructor's goes by where ours go by `Exercise.key`."""
        return f"{self.notebook} {name}"


@dataclass(frozen=True)
class _Context:
    """What entering marks depends on besides the students."""

    store: Store
    roster: Roster
    policies: Mapping[str, LatePolicy]
    language: str
    chapters: Sequence[Chapter]
    places: Mapping[str, _Place]
    unanswered: Mapping[tuple[str, str], Collection[str]]
    remarks: dict[tuple[int, str], str] = field(default_factory=dict)
    """By id of the result and `_basis`; those of a class repeat."""

    def remark(self, answer: Any, exercise: Exercise, result: ExerciseResult) -> str:
        key = (answer.result_id, _basis(answer, exercise, self.language))
        if key not in self.remarks:
            if len(self.remarks) >= _REMEMBERED:
                self.remarks.clear()
            self.remarks[key] = displayable(remark(result, self.language))
        return self.remarks[key]

    def nothing(self, student: str, chapter: str, cell: str) -> bool | None:
        """Whether a cell for a person to grade is as it was handed out, if that is known."""
        names = self.unanswered.get((student, chapter))
        return None if names is None else cell in names

    def change(
        self, student: str, what: str, before: float | None, after: float | None, why: str
    ) -> dict[str, object]:
        """A row of `schema.change`; ``what`` is an exercise, or a chapter for its lateness."""
        run = self.store.run
        return {
            "at": datetime.now(UTC),
            "run_id": None if run is None else run.id,
            "student": student,
            "exercise": what,
            "before": before,
            "after": after,
            "why": displayable(why),
        }


def _graded_chapters(store: Store) -> tuple[Chapter, ...]:
    statement = select(schema.answer.c.exercise).distinct()
    keys = set(store.database.read(lambda c: c.execute(statement).scalars().all()))
    return _with_any(store.course, keys)


def _with_any(course: Course, keys: Collection[str]) -> tuple[Chapter, ...]:
    return tuple(c for c in course.chapters if any(e.key in keys for e in c.exercises))


def _who_handed_in(store: Store) -> Sequence[str]:
    statement = select(schema.answer.c.student).distinct()
    return store.database.read(lambda c: c.execute(statement).scalars().all())


def _places(connection: Connection, store: Store, chapters: Sequence[Chapter]) -> dict[str, _Place]:
    """Make or bring up to date what the gradebook knows of the course."""
    store.database.be_alone(connection)
    return {chapter.name: _place(connection, chapter) for chapter in chapters}


def _place(connection: Connection, chapter: Chapter) -> _Place:
    name = assignment_name(chapter.name)
    due = {} if chapter.due is None else {"duedate": chapter.due}
    course = connection.execute(select(nb.course.c.id).limit(1)).scalar() or COURSE
    assignment = _one(connection, nb.assignment, {"name": name}, due, {"course_id": course})
    key = {"name": name, "assignment_id": assignment}
    notebook = _one(connection, nb.notebook, key, {}, {"kernelspec": _KERNEL})

    def cell(kind: str, name: str, points: float, of: str = "code") -> str:
        key = {"name": name, "notebook_id": notebook, "type": kind}
        number = _one(connection, nb.base_cell, key, {}, {})
        # nbgrader keeps a cell in two tables: what all have in common, and the rest.
        if kind == "GradeCell":
            worth = {"max_score": points}
            _one(connection, nb.grade_cell, {"id": number}, worth, {"cell_type": of})
        else:
            _one(connection, nb.solution_cell, {"id": number}, {}, {})
        return number

    grades, solutions = {}, {}
    for each in chapter.exercises:
        grades[each.key] = cell("GradeCell", test_id(each.name), each.points)
        solutions[each.key] = cell("SolutionCell", answer_id(each.name), each.points)
        if each.written:
            name = written_id(each.name)
            grades[_written(each)] = cell("GradeCell", name, each.written, "markdown")
            solutions[_written(each)] = cell("SolutionCell", name, each.written)
    _note_sources(connection, notebook, chapter)
    cells = connection.execute(select(nb.base_cell).where(nb.base_cell.c.notebook_id == notebook))
    ours = {*grades.values(), *solutions.values()}
    more = [row for row in cells if row.id not in ours]
    return _Place(
        assignment,
        notebook,
        grades,
        solutions,
        {row.name: row.id for row in more if row.type in ("GradeCell", "TaskCell")},
        {row.name: row.id for row in more if row.type in ("SolutionCell", "TaskCell")},
    )


def _note_sources(connection: Connection, notebook: str, chapter: Chapter) -> None:
    """See that nbgrader knows all cells of the notebook.

    It fills them in when the assignment is generated, and refuses to add any to a notebook that
    somebody has handed in.
    """
    known = select(nb.source_cell.c.id).where(nb.source_cell.c.notebook_id == notebook).limit(1)
    if connection.execute(known).first() is not None:
        return
    rows = [
        {"id": new_id(), "name": name, "cell_type": kind, "locked": locked, "notebook_id": notebook}
        for name, kind, locked in _source_cells(chapter)
    ]
    connection.execute(insert(nb.source_cell), rows)


def _source_cells(chapter: Chapter) -> Iterator[tuple[str, str, bool]]:
    """Name, type and whether it is locked, of each cell of the chapter's notebook."""
    yield from ((ABOUT, "markdown", True), (SETUP, "code", True))
    for exercise in chapter.exercises:
        name = exercise.name
        yield from ((statement_id(name), "markdown", True), (answer_id(name), "code", False))
        yield from ((check_id(name), "code", True), (test_id(name), "code", True))
        if exercise.written:
            yield from ((ask_id(name), "markdown", True), (written_id(name), "markdown", False))


def _written(exercise: Exercise) -> str:
    """What the written part goes by where the rest goes by `Exercise.key`."""
    return f"{exercise.key} written"


def _one(
    connection: Connection,
    table: Table,
    key: Mapping[str, object],
    values: Mapping[str, object],
    at_first: Mapping[str, object],
) -> str:
    """The id of the row with ``key``, which is made or given ``values`` if need be."""
    where = and_(*(table.c[name] == value for name, value in key.items()))
    row = connection.execute(select(table).where(where)).first()
    if row is None:
        made = {"id": new_id(), **key, **values, **at_first}
        connection.execute(insert(table).values(made))
        return str(made["id"])
    if any(getattr(row, name) != value for name, value in values.items()):
        connection.execute(update(table).where(table.c.id == row.id).values(**values))
    return str(row.id)


# --- entering marks


@dataclass
class _Writes:
    """Rows to write at the end of a transaction, in the order of their dependencies."""

    submissions: list[dict[str, Any]] = field(default_factory=list)
    notebooks: list[dict[str, Any]] = field(default_factory=list)
    grades: list[dict[str, Any]] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    new_times: list[dict[str, Any]] = field(default_factory=list)
    new_penalties: list[dict[str, Any]] = field(default_factory=list)
    new_grades: list[dict[str, Any]] = field(default_factory=list)
    new_comments: list[dict[str, Any]] = field(default_factory=list)
    marked: list[dict[str, Any]] = field(default_factory=list)
    added: int = 0

    def execute(self, connection: Connection) -> None:
        for statement, rows in (
            (insert(nb.submitted_assignment), self.submissions),
            (insert(nb.submitted_notebook), self.notebooks),
            (insert(nb.grade), self.grades),
            (insert(nb.comment), self.comments),
            (insert(schema.change), self.changes),
            (_UPDATE_TIMES, self.new_times),
            (_UPDATE_PENALTY, self.new_penalties),
            (_UPDATE_GRADE, self.new_grades),
            (_UPDATE_COMMENT, self.new_comments),
            (_UPDATE_MARKED, self.marked),
        ):
            if rows:
                connection.execute(statement, rows)


_UPDATE_TIMES: Final = (
    update(nb.submitted_assignment)
    .where(nb.submitted_assignment.c.id == bindparam("of"))
    .values(timestamp=bindparam("new_timestamp"), extension=bindparam("new_extension"))
)
_UPDATE_PENALTY: Final = (
    update(nb.submitted_notebook)
    .where(nb.submitted_notebook.c.id == bindparam("of"))
    .values(late_submission_penalty=bindparam("new_penalty"))
)
_UPDATE_GRADE: Final = (
    update(nb.grade)
    .where(nb.grade.c.id == bindparam("of"))
    .values(
        auto_score=bindparam("new_score"),
        # As nbgrader does: whoever gave points by hand is asked to look at the new result.
        needs_manual_grade=case(
            (nb.grade.c.manual_score.is_not(None), true()),
            (bindparam("ungraded"), true()),
            else_=false(),
        ),
    )
)
_UPDATE_COMMENT: Final = (
    update(nb.comment)
    .where(nb.comment.c.id == bindparam("of"))
    .values(auto_comment=bindparam("new_comment"))
)
_UPDATE_MARKED: Final = (
    update(schema.answer)
    .where(
        schema.answer.c.student == bindparam("of_student"),
        schema.answer.c.exercise == bindparam("of_exercise"),
    )
    .values(marked_id=bindparam("new_id"), marked_as=bindparam("new_basis"))
)


def _enter(connection: Connection, context: _Context, students: Sequence[str]) -> Synced:
    _enter_people(connection, context.roster, students)
    if not context.store.database.is_sqlite:
        # Results are read after this, so that whoever comes last enters what was stored last.
        mine = select(nb.student.c.id).where(nb.student.c.id.in_(students))
        connection.execute(mine.order_by(nb.student.c.id).with_for_update())
    there = _There.read(connection, context, students)
    writes = _Writes()
    for student in students:
        for chapter in context.chapters:
            _enter_chapter(context, there, writes, student, chapter)
    writes.execute(connection)
    return Synced(writes.added, len(writes.changes))


def _enter_people(connection: Connection, roster: Roster, students: Sequence[str]) -> None:
    """Add students, and what the roster says of them; what it leaves out is left alone."""
    statement = select(nb.student).where(nb.student.c.id.in_(students))
    known = {row.id: row for row in connection.execute(statement)}
    new = []
    for student in students:
        person = roster.person(student)
        said = {name: value for name, value in _columns_of(person).items() if value}
        if student not in known:
            new.append({"id": student, **dict.fromkeys(_columns_of(person)), **said})
        elif any(getattr(known[student], name) != value for name, value in said.items()):
            connection.execute(update(nb.student).where(nb.student.c.id == student).values(said))
    if new:
        connection.execute(insert(nb.student), new)


def _columns_of(person: Person) -> dict[str, str]:
    first, last = person.first_name, person.last_name
    if not first and not last:
        # nbgrader has no name as a whole. One without a space has no parts to take apart.
        first, _, last = person.name.rpartition(" ")
    values = {
        "first_name": first,
        "last_name": last,
        "email": person.email,
        "lms_user_id": person.lms_id,
    }
    return {name: displayable(value)[:_WIDTH] for name, value in values.items()}


@dataclass(frozen=True)
class _There:
    """What the database has of some students, by student and chapter or exercise."""

    answers: Mapping[tuple[str, str], Any]
    submissions: Mapping[tuple[str, str], Any]
    grades: Mapping[tuple[str, str], Any]
    comments: Mapping[tuple[str, str], Any]
    results: Mapping[int, ExerciseResult]
    """By id: those whose remarks or differences are needed, and their points are the course's."""

    @classmethod
    def read(cls, connection: Connection, context: _Context, students: Sequence[str]) -> _There:
        course = context.store.course
        answers = {
            (row.student, row.exercise): row
            for row in connection.execute(_SELECT_ANSWERS, {"students": students})
        }
        chapter_of = {place.assignment: name for name, place in context.places.items()}
        submissions = {
            (row.student_id, chapter_of[row.assignment_id]): row
            for row in connection.execute(
                _SELECT_SUBMISSIONS,
                {
                    "students": students,
                    "assignments": list(chapter_of),
                    "notebooks": [place.notebook for place in context.places.values()],
                },
            )
        }
        cells = {
            cell: key
            for place in context.places.values()
            for of_kind in (place.grade_cells, place.solution_cells)
            for key, cell in of_kind.items()
        }
        for place in context.places.values():
            for more in (place.more_grades, place.more_comments):
                cells |= {cell: place.key(name) for name, cell in more.items()}
        of = {"students": students}
        grades = connection.execute(_SELECT_GRADES, of)
        comments = connection.execute(_SELECT_COMMENTS, of)
        told = {
            (row.student_id, cells[row.cell_id]): row for row in comments if row.cell_id in cells
        }
        exercises = {exercise.key: exercise for exercise in course.exercises}
        wanted = set()
        for row in answers.values():
            exercise = exercises.get(row.exercise)
            if exercise is None:
                continue
            shown = (row.student, row.exercise) in told
            if not shown or _is_news(row, exercise, context.language):
                wanted |= {row.result_id, row.marked_id} - {None}
        results = {
            row.id: read_result(row.tree, exercises[row.exercise])
            for row in connection.execute(_SELECT_TREES, {"ids": sorted(wanted)})
        }
        return cls(
            answers,
            submissions,
            {(row.student_id, cells[row.cell_id]): row for row in grades if row.cell_id in cells},
            told,
            results,
        )


_SELECT_ANSWERS: Final = (
    select(
        schema.answer.c.student,
        schema.answer.c.exercise,
        schema.answer.c.result_id,
        schema.answer.c.submitted,
        schema.answer.c.marked_id,
        schema.answer.c.marked_as,
        schema.result.c.state,
        schema.result.c.earned_weight,
        schema.result.c.total_weight,
        schema.result.c.digest,
    )
    .join(schema.result, schema.answer.c.result_id == schema.result.c.id)
    .where(
        schema.answer.c.student.in_(bindparam("students", expanding=True)),
        schema.result.c.format == TREE_FORMAT,
    )
)
_SELECT_SUBMISSIONS: Final = (
    select(
        nb.submitted_assignment.c.student_id,
        nb.submitted_assignment.c.assignment_id,
        nb.submitted_assignment.c.id,
        nb.submitted_assignment.c.timestamp,
        nb.submitted_assignment.c.extension,
        nb.submitted_notebook.c.id.label("notebook"),
        nb.submitted_notebook.c.late_submission_penalty.label("penalty"),
    )
    .outerjoin(
        nb.submitted_notebook,
        and_(
            nb.submitted_notebook.c.assignment_id == nb.submitted_assignment.c.id,
            nb.submitted_notebook.c.notebook_id.in_(bindparam("notebooks", expanding=True)),
        ),
    )
    .where(
        nb.submitted_assignment.c.student_id.in_(bindparam("students", expanding=True)),
        nb.submitted_assignment.c.assignment_id.in_(bindparam("assignments", expanding=True)),
    )
)
_SELECT_GRADES: Final = (
    select(nb.submitted_assignment.c.student_id, nb.grade)
    .join(nb.submitted_notebook, nb.grade.c.notebook_id == nb.submitted_notebook.c.id)
    .join(
        nb.submitted_assignment,
        nb.submitted_notebook.c.assignment_id == nb.submitted_assignment.c.id,
    )
    .where(nb.submitted_assignment.c.student_id.in_(bindparam("students", expanding=True)))
)
_SELECT_COMMENTS: Final = (
    select(nb.submitted_assignment.c.student_id, nb.comment)
    .join(nb.submitted_notebook, nb.comment.c.notebook_id == nb.submitted_notebook.c.id)
    .join(
        nb.submitted_assignment,
        nb.submitted_notebook.c.assignment_id == nb.submitted_assignment.c.id,
    )
    .where(nb.submitted_assignment.c.student_id.in_(bindparam("students", expanding=True)))
)
_SELECT_TREES: Final = select(
    schema.result.c.id, schema.result.c.exercise, schema.result.c.digest, schema.result.c.tree
).where(
    schema.result.c.id.in_(bindparam("ids", expanding=True)),
    schema.result.c.format == TREE_FORMAT,
)


def _enter_chapter(
    context: _Context, there: _There, writes: _Writes, student: str, chapter: Chapter
) -> None:
    answers = [there.answers.get((student, exercise.key)) for exercise in chapter.exercises]
    submission = there.submissions.get((student, chapter.name))
    handed_in = [row for row in answers if row is not None and row.state != MISSING]
    if (student, chapter.name) in context.unanswered:
        handed_in = [row for row in answers if row is not None]  # if only an empty notebook
    if submission is None and not handed_in:
        return  # as nbgrader has it: no submission, no points
    times = [row.submitted for row in handed_in if row.submitted is not None]
    submitted = max(times, default=None)
    extension = context.roster.person(student).extension(chapter.name) or None
    place = context.places[chapter.name]
    if submission is None:
        number, notebook = new_id(), None
        writes.submissions.append(
            {
                "id": number,
                "assignment_id": place.assignment,
                "student_id": student,
                "timestamp": submitted,
                "extension": extension,
            }
        )
    else:
        number, notebook = submission.id, submission.notebook
        submitted = submitted or submission.timestamp
        extension = extension or submission.extension
        if (submitted, extension) != (submission.timestamp, submission.extension):
            writes.new_times.append(
                {"of": number, "new_timestamp": submitted, "new_extension": extension}
            )
    notebook_id = notebook or new_id()
    mark = ChapterMark(
        chapter.name,
        tuple(
            _enter_exercise(context, there, writes, student, exercise, notebook_id)
            for exercise in chapter.exercises
        ),
        submitted,
        lateness(
            submitted,
            chapter.due,
            extension or timedelta(),
            context.policies.get(chapter.name, _LENIENT),
        ),
    )
    for name in {*place.more_grades, *place.more_comments}:
        cells = (place.more_grades.get(name), place.more_comments.get(name))
        # What has points and is no answer is a test, of which only nbgrader knows what came out.
        is_answer = name in place.more_comments
        nothing = context.nothing(student, chapter.name, name) if is_answer else None
        _enter_by_hand(there, writes, student, place.key(name), cells, notebook_id, nothing)
    if submission is None or notebook is None:
        writes.notebooks.append(
            {
                "id": notebook_id,
                "assignment_id": number,
                "notebook_id": place.notebook,
                "flagged": False,
                "late_submission_penalty": mark.penalty or None,
            }
        )
        return
    penalty = submission.penalty or 0.0
    if penalty != mark.penalty:
        writes.new_penalties.append({"of": notebook_id, "new_penalty": mark.penalty or None})
        _ = catalogue(context.language)
        why = _("points that lateness takes")
        writes.changes.append(context.change(student, chapter.name, penalty, mark.penalty, why))


def _enter_exercise(
    context: _Context,
    there: _There,
    writes: _Writes,
    student: str,
    exercise: Exercise,
    notebook: str,
) -> ExerciseMark:
    """Note what to write for one exercise; the mark as it will be."""
    place = context.places[exercise.chapter]
    answer = there.answers.get((student, exercise.key))
    grade = there.grades.get((student, exercise.key))
    comment = there.comments.get((student, exercise.key))
    auto = None if grade is None else grade.auto_score
    state = _state(answer, grade)
    if answer is not None:
        auto = _points(answer, exercise)
    ungraded = state is MarkState.UNGRADED
    if grade is None:
        writes.grades.append(
            {
                "id": new_id(),
                "notebook_id": notebook,
                "cell_id": place.grade_cells[exercise.key],
                "auto_score": auto,
                "needs_manual_grade": ungraded,
            }
        )
    elif answer is not None and (
        grade.auto_score != auto
        or (grade.manual_score is None and grade.needs_manual_grade != ungraded)
    ):
        writes.new_grades.append({"of": grade.id, "new_score": auto, "ungraded": ungraded})
        if grade.auto_score != auto and (answer.marked_id or grade.auto_score is not None):
            why = _why(context, there, answer)
            writes.changes.append(
                context.change(student, exercise.key, grade.auto_score, auto, why)
            )
    told = None
    if answer is not None and (comment is None or _is_news(answer, exercise, context.language)):
        told = context.remark(answer, exercise, there.results[answer.result_id])
        writes.marked.append(
            {
                "of_student": student,
                "of_exercise": exercise.key,
                "new_id": answer.result_id,
                "new_basis": _basis(answer, exercise, context.language),
            }
        )
        writes.added += answer.marked_id is None
    if comment is None:
        # Without one, formgrader can't show the submission.
        cell = place.solution_cells[exercise.key]
        row = {"id": new_id(), "notebook_id": notebook, "cell_id": cell, "auto_comment": told}
        writes.comments.append(row)
    elif told is not None and comment.auto_comment != told:
        writes.new_comments.append({"of": comment.id, "new_comment": told})
    if exercise.written:
        key, name = _written(exercise), written_id(exercise.name)
        cells = (place.grade_cells[key], place.solution_cells[key])
        nothing = context.nothing(student, exercise.chapter, name)
        _enter_by_hand(there, writes, student, key, cells, notebook, nothing)
    given = there.grades.get((student, _written(exercise)))
    return _with_written(
        ExerciseMark(exercise.key, exercise.points, state, auto, _by_hand(grade, auto)),
        exercise,
        _given(given),
    )


def _enter_by_hand(
    there: _There,
    writes: _Writes,
    student: str,
    key: str,
    cells: tuple[str | None, str | None],
    notebook: str,
    nothing: bool | None,
) -> None:
    """Ask a person to grade a cell, unless it is known that there is nothing to grade.

    ``cells`` are the one with the points and the one with the comment, where there are such;
    ``nothing`` is None if it is not known what was written. What a person has said stays.
    """
    grade_cell, comment_cell = cells
    grade, comment = there.grades.get((student, key)), there.comments.get((student, key))
    points = 0.0 if nothing else None
    if grade_cell is not None and grade is None:
        writes.grades.append(
            {
                "id": new_id(),
                "notebook_id": notebook,
                "cell_id": grade_cell,
                "auto_score": points,
                "needs_manual_grade": not nothing,
            }
        )
    elif grade is not None:
        if nothing is None:
            points = grade.auto_score
        # nbgrader makes the row before anybody has looked, and asks nobody yet.
        asks = points is None and grade.manual_score is None and not grade.needs_manual_grade
        if grade.auto_score != points or asks:
            writes.new_grades.append({"of": grade.id, "new_score": points, "ungraded": not nothing})
    told = _NO_RESPONSE if nothing else None
    if comment_cell is not None and comment is None:
        row = {"id": new_id(), "notebook_id": notebook, "cell_id": comment_cell}
        writes.comments.append({**row, "auto_comment": told})
    elif comment is not None and nothing is not None and comment.auto_comment != told:
        writes.new_comments.append({"of": comment.id, "new_comment": told})


def _given(grade: Any) -> float | None:
    """The points in the row of a written part; None if there are none yet."""
    if grade is None:
        return None
    by_hand = _by_hand(grade, grade.auto_score)
    automatic: float | None = grade.auto_score
    return automatic if by_hand is None else by_hand


def _with_written(mark: ExerciseMark, exercise: Exercise, points: float | None) -> ExerciseMark:
    """``mark``, which is that of the code, with ``points`` for the written part."""
    if not exercise.written:
        return mark
    return replace(
        mark,
        maximum=exercise.points + exercise.written,
        written=points,
        written_maximum=exercise.written,
    )


def _points(answer: Any, exercise: Exercise) -> float | None:
    """What the grader gives for a row of `_SELECT_ANSWERS`."""
    return points_of(answer.earned_weight, answer.total_weight, exercise.points)


def _state(answer: Any, grade: Any) -> MarkState:
    """How an exercise stands, by its rows; either may be None."""
    if answer is not None:
        return MARK_STATES[answer.state] or MarkState.UNGRADED
    if grade is None:
        return MarkState.MISSING
    if grade.auto_score is not None:
        return MarkState.GRADED
    return MarkState.UNGRADED if grade.needs_manual_grade else MarkState.MISSING


def _by_hand(grade: Any, auto: float | None) -> float | None:
    """What counts if a person had a hand in it: their points, and their extra credit."""
    if grade is None:
        return None
    given: float | None = grade.manual_score
    if given is None and grade.extra_credit:
        given = auto
    return None if given is None else given + (grade.extra_credit or 0.0)


def _basis(answer: Any, exercise: Exercise, language: str) -> str:
    """What a remark depends on besides the result."""
    return f"{REMARK_FORMAT} {language} {exercise.points!r} {answer.state}"


def _is_news(answer: Any, exercise: Exercise, language: str) -> bool:
    """Whether the gradebook shows another result, or this one in other words."""
    marked = (answer.marked_id, answer.marked_as)
    return marked != (answer.result_id, _basis(answer, exercise, language))


def _why(context: _Context, there: _There, answer: Any) -> str:
    """Why the points that the grader gives are others than before."""
    _ = catalogue(context.language)
    if answer.marked_id is None:
        return _("graded by torchgrade for the first time")
    if answer.marked_id == answer.result_id:
        if not answer.marked_as.endswith(f" {answer.state}"):
            return _("graded now; it could not be before")
        return _("the exercise is worth other points")
    old, new = there.results.get(answer.marked_id), there.results[answer.result_id]
    if old is not None and old.digest != new.digest:
        return _("another answer was handed in")
    tests = in_words(changed_tests(old, new), context.language)
    return fill(_("graded again: {tests}"), tests=tests) if tests else _("graded again")


# --- reading marks


def _read_marks(
    connection: Connection,
    store: Store,
    roster: Roster,
    policies: Mapping[str, LatePolicy] | None,
) -> ClassMarks:
    course = store.course
    answers = {(row.student, row.exercise): row for row in connection.execute(_SELECT_ALL_ANSWERS)}
    written = {
        (assignment_name(e.chapter), written_id(e.name)): _written(e)
        for e in course.exercises
        if e.written
    }
    known = {(assignment_name(e.chapter), test_id(e.name)): e.key for e in course.exercises}
    known |= written
    commented = {(assignment_name(e.chapter), answer_id(e.name)): e.key for e in course.exercises}
    commented |= written
    grades = {
        (row.student_id, known[row.assignment, row.cell]): row
        for row in connection.execute(_SELECT_ALL_GRADES)
        if (row.assignment, row.cell) in known
    }
    comments = {
        (row.student_id, commented[row.assignment, row.cell]): row
        for row in connection.execute(_SELECT_ALL_COMMENTS)
        if (row.assignment, row.cell) in commented
    }
    submissions = {
        (row.student_id, row.assignment): row for row in connection.execute(_SELECT_ALL_SUBMISSIONS)
    }
    chapters = _with_any(course, {key for _, key in (*answers, *grades)})
    handed_in = {student for student, _ in (*answers, *grades)}
    people = _people(connection, roster, handed_in)

    def exercise_mark(student: str, exercise: Exercise, *, handed_in: bool) -> ExerciseMark:
        key = (student, exercise.key)
        answer, grade, comment = answers.get(key), grades.get(key), comments.get(key)
        auto = None if grade is None else grade.auto_score
        if grade is None and answer is not None:
            auto = _points(answer, exercise)
        state = _state(answer, grade)
        said = (comments.get(place) for place in (key, (student, _written(exercise))))
        mark = ExerciseMark(
            exercise.key,
            exercise.points,
            state,
            None if state is MarkState.MISSING else auto,
            _by_hand(grade, auto),
            (comment and comment.auto_comment) or "",
            "\n".join(row.manual_comment for row in said if row and row.manual_comment),
        )
        given = grades.get((student, _written(exercise)))
        if given is None and not handed_in:
            return _with_written(mark, exercise, 0.0)
        return _with_written(mark, exercise, _given(given))

    def chapter_mark(person: Person, chapter: Chapter) -> ChapterMark:
        submission = submissions.get((person.id, assignment_name(chapter.name)))
        rows = [answers.get((person.id, exercise.key)) for exercise in chapter.exercises]
        handed_in = [row for row in rows if row is not None and row.state != MISSING]
        each = tuple(
            exercise_mark(person.id, exercise, handed_in=bool(handed_in))
            for exercise in chapter.exercises
        )
        times = [row.submitted for row in handed_in if row.submitted is not None]
        submitted = max(times, default=None)
        extension = person.extension(chapter.name)
        if submission is not None:
            submitted = submitted or submission.timestamp
            extension = extension or submission.extension or timedelta()
        mark = ChapterMark(chapter.name, each, submitted)
        if policies is not None:
            policy = policies.get(chapter.name, _LENIENT)
            late = lateness(submitted, chapter.due, extension, policy)
        else:
            penalty = 0.0 if submission is None else submission.penalty or 0.0
            late = _as_entered(mark, chapter.due, extension, penalty)
        return replace(mark, lateness=late)

    return ClassMarks(
        course.title,
        {chapter.name: chapter.title for chapter in chapters},
        people,
        {
            person.id: {chapter.name: chapter_mark(person, chapter) for chapter in chapters}
            for person in people
        },
    )


def _as_entered(
    mark: ChapterMark, due: datetime | None, extension: timedelta, penalty: float
) -> Lateness:
    """The lateness that takes ``penalty`` points of ``mark``."""
    late = timedelta()
    if mark.submitted is not None and due is not None:
        late = max(late, mark.submitted - (due + extension))
    if not penalty or not mark.known:
        return IN_TIME
    return Lateness(late, max(0.0, 1.0 - penalty / mark.known))


def _people(connection: Connection, roster: Roster, handed_in: Collection[str]) -> list[Person]:
    """Everybody in the roster, or else in the gradebook, then whoever else handed in."""
    known = {row.id: row for row in connection.execute(select(nb.student))}
    listed = list(roster) or [_person(row) for _, row in sorted(known.items())]
    listed_ids = {person.id for person in listed}
    others = sorted(set(handed_in) - listed_ids)
    return listed + [_person(known[id]) if id in known else Person(id) for id in others]


def _person(row: Any) -> Person:
    """A row of nbgrader's students."""
    return Person(
        row.id,
        first_name=row.first_name or "",
        last_name=row.last_name or "",
        email=row.email or "",
        lms_id=row.lms_user_id or "",
    )


_LENIENT: Final = LatePolicy()
_SELECT_ALL_ANSWERS: Final = select(
    schema.answer.c.student,
    schema.answer.c.exercise,
    schema.answer.c.submitted,
    schema.result.c.state,
    schema.result.c.earned_weight,
    schema.result.c.total_weight,
).join(schema.result, schema.answer.c.result_id == schema.result.c.id)


def _of_all(table: Table, *columns: Any) -> Select[Any]:
    """Rows of a table of nbgrader's that belong to cells, with whose and which they are."""
    return (
        select(
            nb.submitted_assignment.c.student_id,
            nb.assignment.c.name.label("assignment"),
            nb.base_cell.c.name.label("cell"),
            *columns,
        )
        .join_from(table, nb.base_cell, table.c.cell_id == nb.base_cell.c.id)
        .join(nb.submitted_notebook, table.c.notebook_id == nb.submitted_notebook.c.id)
        .join(nb.notebook, nb.submitted_notebook.c.notebook_id == nb.notebook.c.id)
        .join(nb.assignment, nb.notebook.c.assignment_id == nb.assignment.c.id)
        .join(
            nb.submitted_assignment,
            nb.submitted_notebook.c.assignment_id == nb.submitted_assignment.c.id,
        )
        # Other notebooks of an assignment of the same name are the instructor's own.
        .where(nb.notebook.c.name == nb.assignment.c.name)
    )


_SELECT_ALL_GRADES: Final = _of_all(
    nb.grade,
    nb.grade.c.auto_score,
    nb.grade.c.manual_score,
    nb.grade.c.extra_credit,
    nb.grade.c.needs_manual_grade,
)
_SELECT_ALL_COMMENTS: Final = _of_all(
    nb.comment, nb.comment.c.auto_comment, nb.comment.c.manual_comment
)
_SELECT_ALL_SUBMISSIONS: Final = (
    select(
        nb.submitted_assignment.c.student_id,
        nb.assignment.c.name.label("assignment"),
        nb.submitted_assignment.c.timestamp,
        nb.submitted_assignment.c.extension,
        nb.submitted_notebook.c.late_submission_penalty.label("penalty"),
    )
    .join_from(
        nb.submitted_assignment,
        nb.assignment,
        nb.submitted_assignment.c.assignment_id == nb.assignment.c.id,
    )
    .join(
        nb.submitted_notebook,
        nb.submitted_notebook.c.assignment_id == nb.submitted_assignment.c.id,
    )
    .join(nb.notebook, nb.submitted_notebook.c.notebook_id == nb.notebook.c.id)
    .where(nb.notebook.c.name == nb.assignment.c.name)
)
