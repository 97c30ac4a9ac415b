"""The tables that torchgrade adds to nbgrader's gradebook. `docs/database.md` explains them.

All names begin with ``torchgrade_``. Times are UTC without a zone, as nbgrader's are. Whoever
changes a table raises `VERSION` and adds the step to `torchgrade.store.migration`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator

__all__ = [
    "METADATA",
    "VERSION",
    "answer",
    "change",
    "outcome",
    "result",
    "run",
    "schema",
    "source",
    "unattributed",
]

VERSION: Final = 1

METADATA: Final = MetaData()


class Utc(TypeDecorator[datetime]):
    """Times with a zone in Python, in UTC without one in the database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


# SQLite numbers rows by itself only if the type is called INTEGER.
_Id: Final = BigInteger().with_variant(Integer(), "sqlite")

schema: Final = Table("torchgrade_schema", METADATA, Column("version", Integer, nullable=False))

run: Final = Table(
    "torchgrade_run",
    METADATA,
    Column("id", _Id, primary_key=True),
    Column("started", Utc, nullable=False),
    Column("finished", Utc),
    Column("interrupted", Boolean, nullable=False),
    Column("location", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("jobs", Integer, nullable=False),
    Column("torchgrade", Text, nullable=False),
    Column("python", Text, nullable=False),
    Column("torch", Text, nullable=False),
)

unattributed: Final = Table(
    "torchgrade_unattributed",
    METADATA,
    Column("run_id", _Id, ForeignKey("torchgrade_run.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("file", Text, nullable=False),
    Column("reason", Text, nullable=False),
    sqlite_with_rowid=False,
)

source: Final = Table(
    "torchgrade_source",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("form", Text, nullable=False),
    Column("text", Text, nullable=False),
)

result: Final = Table(
    "torchgrade_result",
    METADATA,
    Column("id", _Id, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("exercise", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("fault", Text),
    Column("earned_weight", Float),
    Column("total_weight", Float, nullable=False),
    Column("sandbox", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("peak_memory", BigInteger, nullable=False),
    Column("graded", Utc, nullable=False),
    Column("run_id", _Id, ForeignKey("torchgrade_run.id")),
    Column("format", Integer, nullable=False),
    Column("tree", Text, nullable=False),
)

outcome: Final = Table(
    "torchgrade_outcome",
    METADATA,
    Column("result_id", _Id, ForeignKey("torchgrade_result.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("test", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("weight", Float, nullable=False),
    Column("hidden", Boolean, nullable=False),
    Column("kind", Text),
    Column("misconception", Text),
    Column("seconds", Float, nullable=False),
    sqlite_with_rowid=False,
)

answer: Final = Table(
    "torchgrade_answer",
    METADATA,
    Column("student", Text, primary_key=True),
    Column("exercise", Text, primary_key=True),
    Column("result_id", _Id, ForeignKey("torchgrade_result.id")),
    Column("digest", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("submitted", Utc),
    Column("deaths", Integer, nullable=False),
    Column("deaths_key", Text, nullable=False),
    Column("marked_id", _Id, ForeignKey("torchgrade_result.id")),
    Column("marked_as", Text, nullable=False),
    Index("torchgrade_answer_exercise", "exercise", "result_id"),
    sqlite_with_rowid=False,
)

change: Final = Table(
    "torchgrade_change",
    METADATA,
    Column("id", _Id, primary_key=True),
    Column("at", Utc, nullable=False),
    Column("run_id", _Id, ForeignKey("torchgrade_run.id")),
    Column("student", Text, nullable=False),
    Column("exercise", Text, nullable=False),
    Column("before", Float),
    Column("after", Float),
    Column("why", Text, nullable=False),
    Index("torchgrade_change_student", "student", "exercise"),
)
