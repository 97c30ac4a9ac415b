"""From a path or URL to transactions that wait their turn: SQLite and PostgreSQL.

A transaction happens as a whole or not at all, and is on the disk when it returns. One that meets
another grader's is tried again, at random intervals and not forever.
"""

from __future__ import annotations

import os
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import QueuePool
from sqlalchemy.sql.schema import Table

from torchgrade.errors import N_
from torchgrade.store.faults import (
    DatabaseGoneError,
    DatabaseRefusedError,
    Fault,
    StoreError,
    fault_of,
    told,
)

__all__ = ["PATIENCE", "Database", "Insert", "connect"]

T = TypeVar("T")
Insert = sqlite.Insert | postgresql.Insert

PATIENCE: Final = 60.0
"""Seconds that a transaction waits for others before it gives up."""

# SQLite waits in C, where Ctrl-C is not heard; the longer waiting is done here.
_BUSY_MILLISECONDS: Final = 200
_RETRIED: Final = frozenset({Fault.BUSY, Fault.RACE, Fault.GONE})
# "torchgrd": PostgreSQL's locks of this kind have nothing but a number.
_LOCK: Final = 0x746F726368677264
_MAY_WRITE: Final = "torchgrade_may_write"


class Database:
    """An engine of SQLAlchemy's and how to do things in it. Belongs to the process that made it."""

    def __init__(
        self, engine: Engine, place: str, patience: float, file: Path | None = None
    ) -> None:
        self.engine = engine
        self.place = place
        """For messages; without a password."""
        self._patience = patience
        self._file = file
        self._inode = _inode(file)
        self._process = os.getpid()
        self._met = False

    @property
    def is_sqlite(self) -> bool:
        return self._file is not None

    def insert(self, table: Table) -> Insert:
        """An INSERT that can say what to do ON CONFLICT."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    def be_alone(self, connection: Connection) -> None:
        """Until the end of this transaction, no other that has called this goes on."""
        if not self.is_sqlite:  # where whoever may write is alone anyway
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do ``work`` in one transaction, which is durable when this returns.

        ``work`` may be called several times, and then sees the database as it is by then.
        Raises `StoreError`; nothing of ``work`` is stored then.
        """
        return self._attempts(work, may_write=True)

    def read(self, work: Callable[[Connection], T]) -> T:
        """Do ``work``, which only reads, on one state of the database. Raises `StoreError`."""
        return self._attempts(work, may_write=False)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read from for long; ends of its own are `StoreError`."""
        try:
            with self._connection(may_write=False) as connection, connection.begin():
                yield connection
        except DBAPIError as error:
            raise self._told(error) from error

    def close(self) -> None:
        """Let go of all connections."""
        # In a process that was forked they are the parent's to close.
        self.engine.dispose(close=os.getpid() == self._process)

    def _attempts(self, work: Callable[[Connection], T], *, may_write: bool) -> T:
        deadline = time.monotonic() + self._patience
        pause = 0.01
        while True:
            try:
                with self._connection(may_write=may_write) as connection:
                    with connection.begin():
                        done = work(connection)
                    if may_write:
                        self._check_place()
                    self._met = True
                    return done
            except DBAPIError as error:
                # A server that never answered is not there, or its address is wrong.
                hopeless = fault_of(error) is Fault.GONE and not self._met
                if hopeless or fault_of(error) not in _RETRIED or time.monotonic() >= deadline:
                    raise self._told(error) from error
            # Jitter keeps graders that met once from meeting again and again.
            time.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(2 * pause, 1.0)

    @contextmanager
    def _connection(self, *, may_write: bool) -> Iterator[Connection]:
        if os.getpid() != self._process:
            raise RuntimeError("a database was opened before the process was forked")
        self._check_place()
        with self.engine.connect() as connection:
            yield connection.execution_options(**{_MAY_WRITE: may_write})

    def _check_place(self) -> None:
        """An SQLite file that was removed would take everything to its grave without a word."""
        if self._file is not None and _inode(self._file) != self._inode:
            raise told(Fault.GONE, self.place, "the file was moved, replaced or removed") or (
                DatabaseGoneError("")
            )

    def _told(self, error: DBAPIError) -> Exception:
        return told(fault_of(error), self.place, error.orig or error) or error


def connect(url: str | Path, *, patience: float = PATIENCE) -> Database:
    """The database at ``url``: the path of an SQLite file, which is made if there is none, or a
    URL (``sqlite:///gradebook.db``, ``postgresql://user@host/name``).

    Raises `StoreError`.
    """
    if isinstance(url, Path) or "://" not in url:
        return _sqlite(Path(url), patience)
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # what a port of letters gives
        raise DatabaseRefusedError(
            N_("The address of the database is not a URL that can be understood."),
            N_("Write it like postgresql://user:password@host/name or sqlite:///gradebook.db."),
        ) from None
    backend = parsed.get_backend_name()
    if backend == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return _sqlite(Path(str(parsed.database)), patience)
    if backend in ("postgresql", "postgres"):
        return _postgresql(parsed.set(drivername="postgresql+psycopg"), patience)
    raise DatabaseRefusedError(
        N_("Results can't be kept in a database of the kind {backend}."),
        N_("Use a file of SQLite's, or PostgreSQL."),
        {"backend": parsed.drivername},
    )


def _inode(file: Path | None) -> tuple[int, int] | None:
    if file is None:
        return None
    with suppress(OSError):
        found = file.stat()
        return found.st_dev, found.st_ino
    return None


# --- SQLite


def _sqlite(file: Path, patience: float) -> Database:
    file = file.absolute()
    place = str(file)
    try:
        # Made here, so that no connection ever makes a new one where the old one is gone.
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        missing = isinstance(error, FileNotFoundError | NotADirectoryError)
        fault = Fault.GONE if missing else Fault.REFUSED
        raise _error(fault, place, error.strerror or str(error)) from None

    def open_file() -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"file:{quote(place)}?mode=rw",
            uri=True,
            timeout=_BUSY_MILLISECONDS / 1000,
            isolation_level=None,  # transactions begin where SQLAlchemy says, see below
            check_same_thread=False,
        )
        # A commit waits for the disk; readers and one writer don't wait for each other. Where
        # WAL is not to be had, the journal that there is does as well, with more waiting.
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    engine = create_engine("sqlite://", creator=open_file, poolclass=QueuePool)

    def begin(connection: Connection) -> None:
        # A transaction that began by reading and then writes can't wait its turn.
        may_write = connection.get_execution_options().get(_MAY_WRITE, True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if may_write else "BEGIN")

    event.listen(engine, "begin", begin)
    return Database(engine, place, patience, file)


# --- PostgreSQL


def _postgresql(url: URL, patience: float) -> Database:
    place = url.render_as_string(hide_password=True).replace("+psycopg", "", 1)
    options: dict[str, Any] = {"connect_timeout": 10, "application_name": "torchgrade"}
    options |= {"options": "-c lock_timeout=5s -c timezone=UTC -c synchronous_commit=on"}
    if "options" in url.query:
        del options["options"]
    try:
        engine = create_engine(url, connect_args=options, pool_pre_ping=True)
    except (ImportError, NoSuchModuleError) as error:
        raise DatabaseRefusedError(
            N_("PostgreSQL can't be spoken to: {reason}."),
            N_("Install what is missing: pip install 'torchgrade[grading,postgresql]'"),
            {"reason": error},
        ) from None
    return Database(engine, place, patience)


def _error(fault: Fault, place: str, reason: str) -> StoreError:
    error = told(fault, place, reason)
    assert error is not None
    return error
