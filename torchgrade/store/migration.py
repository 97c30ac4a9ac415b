"""Makes the tables in a new database and brings those of an older version up to date.

nbgrader's own tables come first: it takes a database that has any table at all for one that it
made itself. What is done to them is what its `Gradebook` does to a new database, without
starting a process for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import Connection, insert, inspect, select, text

from torchgrade.errors import N_
from torchgrade.store import schema
from torchgrade.store.connection import Database
from torchgrade.store.faults import DatabaseRefusedError

__all__ = ["prepare"]

COURSE: Final = "default_course"
"""What nbgrader calls the course of a database that it was told nothing of."""

STEPS: Final[Mapping[int, Callable[[Connection], None]]] = {}
"""By version: what leads from the version before to it."""

# "torchgrade" as a number; PostgreSQL's locks of this kind have nothing but a number.
_LOCK: Final = 0x746F726368677264


def prepare(database: Database) -> None:
    """See that all tables are there as this version knows them.

    Raises `StoreError`, also for a database that a newer torchgrade or an older nbgrader made.
    """
    if database.read(_version) == schema.VERSION:
        return
    database.write(lambda connection: _prepare(connection, database))


def _version(connection: Connection) -> int | None:
    if not inspect(connection).has_table(schema.schema.name):
        return None
    return connection.execute(select(schema.schema.c.version)).scalar()


def _prepare(connection: Connection, database: Database) -> None:
    if not database.is_sqlite:
        # Two graders that start at once would both make the tables. SQLite's write lock is held.
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    version = _version(connection)
    if version is None:
        _make_gradebook(connection, database.place)
        schema.METADATA.create_all(connection)
        connection.execute(insert(schema.schema).values(version=schema.VERSION))
        return
    if version > schema.VERSION:
        raise DatabaseRefusedError(
            N_("A newer version of torchgrade has written to the database {place}."),
            N_("Update torchgrade: pip install --upgrade torchgrade"),
            {"place": database.place},
        )
    for step in range(version + 1, schema.VERSION + 1):
        STEPS[step](connection)
    connection.execute(schema.schema.update().values(version=schema.VERSION))


def _make_gradebook(connection: Connection, place: str) -> None:
    from alembic.script import ScriptDirectory
    from nbgrader import api  # type: ignore[import-untyped]  # it has no types
    from nbgrader.dbutil import ALEMBIC_DIR  # type: ignore[import-untyped]  # nor has this

    head = ScriptDirectory(ALEMBIC_DIR).get_current_head()
    if inspect(connection).get_table_names():
        found = None
        if inspect(connection).has_table("alembic_version"):
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if found != head:
            raise DatabaseRefusedError(
                N_("The gradebook {place} was not made by the nbgrader that is installed here."),
                N_("Make a copy of it and bring it up to date: nbgrader db upgrade"),
                {"place": place},
            )
    api.Base.metadata.create_all(connection)
    if not inspect(connection).has_table("alembic_version"):
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})
    if connection.execute(select(api.Course.id).limit(1)).first() is None:
        connection.execute(insert(api.Course.__table__).values(id=COURSE))
