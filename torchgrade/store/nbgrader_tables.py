"""nbgrader's own tables, as far as marks are concerned.

`nbgrader.api` describes them too, but importing it takes seconds of processor time, which every
run and every export would pay. So it is only imported to make them, once per gradebook; a test
holds these descriptions to nbgrader's.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import uuid4

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Enum,
    Float,
    Interval,
    MetaData,
    String,
    Table,
    Text,
    insert,
    inspect,
    select,
    text,
)

from torchgrade.errors import N_
from torchgrade.store.connection import Database
from torchgrade.store.faults import DatabaseRefusedError
from torchgrade.store.schema import Utc

__all__ = [
    "COURSE",
    "METADATA",
    "assignment",
    "base_cell",
    "comment",
    "course",
    "grade",
    "grade_cell",
    "new_id",
    "notebook",
    "prepare_gradebook",
    "solution_cell",
    "source_cell",
    "student",
    "submitted_assignment",
    "submitted_notebook",
]

COURSE: Final = "default_course"
"""What nbgrader calls the course of a gradebook that it was told nothing of."""

METADATA: Final = MetaData()

course: Final = Table("course", METADATA, Column("id", String(128), primary_key=True))

assignment: Final = Table(
    "assignment",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("duedate", Utc),
    Column("course_id", String(128), nullable=False),
)

notebook: Final = Table(
    "notebook",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("assignment_id", String(32)),
    Column("kernelspec", String(1024)),
)

base_cell: Final = Table(
    "base_cell",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("notebook_id", String(32), nullable=False),
    Column("type", String(50)),
)

grade_cell: Final = Table(
    "grade_cells",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("max_score", Float, nullable=False),
    Column("cell_type", Enum("code", "markdown", name="grade_cell_type"), nullable=False),
)

solution_cell: Final = Table("solution_cells", METADATA, Column("id", String(32), primary_key=True))

source_cell: Final = Table(
    "source_cell",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("cell_type", Enum("code", "markdown", name="source_cell_type"), nullable=False),
    Column("locked", Boolean, nullable=False),
    Column("notebook_id", String(32)),
)

student: Final = Table(
    "student",
    METADATA,
    Column("id", String(128), primary_key=True),
    Column("first_name", String(128)),
    Column("last_name", String(128)),
    Column("email", String(128)),
    Column("lms_user_id", String(128)),
)

submitted_assignment: Final = Table(
    "submitted_assignment",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("assignment_id", String(32)),
    Column("student_id", String(128)),
    Column("timestamp", Utc),
    Column("extension", Interval),
)

submitted_notebook: Final = Table(
    "submitted_notebook",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("assignment_id", String(32)),
    Column("notebook_id", String(32)),
    Column("flagged", Boolean),
    Column("late_submission_penalty", Float),
)

grade: Final = Table(
    "grade",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("notebook_id", String(32)),
    Column("cell_id", String(32)),
    Column("auto_score", Float),
    Column("manual_score", Float),
    Column("extra_credit", Float),
    Column("needs_manual_grade", Boolean, nullable=False),
)

comment: Final = Table(
    "comment",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("notebook_id", String(32)),
    Column("cell_id", String(32)),
    Column("auto_comment", Text),
    Column("manual_comment", Text),
)


def new_id() -> str:
    """An id as nbgrader gives its rows."""
    return uuid4().hex


def prepare_gradebook(database: Database) -> None:
    """See that nbgrader's tables are there, with every column that is needed.

    Takes seconds where they are not: nbgrader makes them. Raises `StoreError`, also for a gradebook
    that an older nbgrader made.
    """

    if database.read(lambda connection: _is_complete(connection, database.place)):
        return

    # Before the transaction: the lock is not to be held while Python imports.
    from alembic.script import ScriptDirectory

    with _without_iris():
        from nbgrader import api  # type: ignore[import-untyped]  # it has no types
        from nbgrader.dbutil import ALEMBIC_DIR  # type: ignore[import-untyped]  # nor has this

    head = ScriptDirectory(ALEMBIC_DIR).get_current_head()

    def make(connection: Connection) -> None:
        database.be_alone(connection)
        if _is_complete(connection, database.place):
            return
        api.Base.metadata.create_all(connection)
        # What nbgrader notes in a new gradebook. It would not now that ours has tables already.
        if not inspect(connection).has_table("alembic_version"):
            connection.execute(
                text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
            )
            connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})
        if connection.execute(select(course.c.id).limit(1)).first() is None:
            connection.execute(insert(course).values(id=COURSE))

    database.write(make)


@contextmanager
def _without_iris() -> Iterator[None]:
    """Let jsonschema, which nbgrader imports, go without its check of IRIs.

    Making the parser for that takes most of the time of the import, and no notebook has an IRI.
    """
    name = "rfc3987_syntax"
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # which says that there is no such module
    try:
        yield
    finally:
        del sys.modules[name]


def _is_complete(connection: Connection, place: str) -> bool:
    """Whether all tables are there; raises if one lacks a column."""
    inspector = inspect(connection)
    there = set(inspector.get_table_names())
    for table in METADATA.tables.values():
        if table.name in there:
            columns = {column["name"] for column in inspector.get_columns(table.name)}
            if not columns >= set(table.columns.keys()):
                raise DatabaseRefusedError(
                    N_("An older nbgrader made the gradebook {place}."),
                    N_("Copy the file to be safe, then bring it up to date: nbgrader db upgrade"),
                    {"place": place},
                )
    return there >= {*METADATA.tables, "alembic_version"}
