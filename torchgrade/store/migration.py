"""Makes torchgrade's tables in a database and brings those of an older version up to date.

nbgrader's tables are none of its business: see `torchgrade.store.nbgrader_tables`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import Connection, insert, inspect, select

from torchgrade.errors import N_
from torchgrade.store import schema
from torchgrade.store.connection import Database
from torchgrade.store.faults import DatabaseRefusedError

__all__ = ["prepare"]

STEPS: Final[Mapping[int, Callable[[Connection], None]]] = {}
"""By version: what leads from the version before to it."""


def prepare(database: Database) -> None:
    """See that all tables are there as this version knows them.

    Raises `StoreError`, also for a database that a newer torchgrade has written to.
    """
    if database.read(_version) == schema.VERSION:
        return
    database.write(lambda connection: _prepare(connection, database))


def _version(connection: Connection) -> int | None:
    if not inspect(connection).has_table(schema.schema.name):
        return None
    return connection.execute(select(schema.schema.c.version)).scalar()


def _prepare(connection: Connection, database: Database) -> None:
    database.be_alone(connection)  # two graders that start at once would both make the tables
    version = _version(connection)
    if version is None:
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
