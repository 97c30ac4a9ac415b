"""What can go wrong with a database, told to the person at the keyboard.

Databases say it by numbers; `fault_of` sorts those into what is worth another try and what is an
error with a remedy.
"""

from __future__ import annotations

import sqlite3
from enum import Enum
from typing import Final

from sqlalchemy.exc import DBAPIError

from torchgrade.errors import N_, UserError

__all__ = [
    "DatabaseBusyError",
    "DatabaseDamagedError",
    "DatabaseFullError",
    "DatabaseGoneError",
    "DatabaseRefusedError",
    "Fault",
    "StoreError",
    "fault_of",
    "told",
]


class StoreError(UserError):
    """Results could not be stored or read. What `Store.save` returned for earlier is kept."""


class DatabaseBusyError(StoreError):
    """Others held the database for longer than we are patient."""


class DatabaseFullError(StoreError):
    """There is no room for more."""


class DatabaseGoneError(StoreError):
    """The database is no longer where it was, or can't be reached."""


class DatabaseRefusedError(StoreError):
    """The database may not be opened or written by this user, or not like this."""


class DatabaseDamagedError(StoreError):
    """What is there is no database that torchgrade can read."""


class Fault(Enum):
    """What an error of a database comes to."""

    BUSY = "busy"
    RACE = "race"
    """Two graders met; whoever comes second tries again."""
    FULL = "full"
    GONE = "gone"
    REFUSED = "refused"
    DAMAGED = "damaged"
    OURS = "ours"
    """None of the user's doing."""


_SQLITE: Final = {
    sqlite3.SQLITE_BUSY: Fault.BUSY,
    sqlite3.SQLITE_LOCKED: Fault.BUSY,
    sqlite3.SQLITE_PROTOCOL: Fault.BUSY,
    sqlite3.SQLITE_FULL: Fault.FULL,
    sqlite3.SQLITE_IOERR: Fault.FULL,
    sqlite3.SQLITE_CANTOPEN: Fault.GONE,
    sqlite3.SQLITE_READONLY: Fault.REFUSED,
    sqlite3.SQLITE_PERM: Fault.REFUSED,
    sqlite3.SQLITE_NOTADB: Fault.DAMAGED,
    sqlite3.SQLITE_CORRUPT: Fault.DAMAGED,
}
# Classes (two characters) and single conditions of PostgreSQL's appendix A.
_POSTGRESQL: Final = {
    "08": Fault.GONE,
    "23505": Fault.RACE,
    "28": Fault.REFUSED,
    "3D": Fault.REFUSED,
    "40001": Fault.RACE,
    "40P01": Fault.RACE,
    "42501": Fault.REFUSED,
    "25006": Fault.REFUSED,
    "53100": Fault.FULL,
    "53300": Fault.BUSY,
    "55P03": Fault.BUSY,
    "57P": Fault.GONE,
    "XX001": Fault.DAMAGED,
}


def fault_of(error: DBAPIError) -> Fault:
    """What ``error`` comes to."""
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        # The low byte is the kind, the others say more. IntegrityError has a class of its own.
        code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        return _SQLITE.get(code, Fault.OURS)
    state = getattr(cause, "sqlstate", None)
    if state is None:
        return Fault.GONE if error.connection_invalidated or _is_operational(error) else Fault.OURS
    for length in (5, 3, 2):
        if state[:length] in _POSTGRESQL:
            return _POSTGRESQL[state[:length]]
    return Fault.OURS


def _is_operational(error: DBAPIError) -> bool:
    """A server that can't be reached has no state to give."""
    return type(error).__name__ == "OperationalError"


def told(fault: Fault, place: str, error: BaseException | str) -> StoreError | None:
    """The error for the user; None for what is no fault of theirs. ``place`` has no password."""
    reason = str(error).strip().partition("\n")[0]
    values = {"place": place, "reason": reason}
    if fault in (Fault.BUSY, Fault.RACE):
        return DatabaseBusyError(
            N_("Another program keeps the database {place} locked."),
            N_(
                "Close whatever else has it open, such as a second grader or a database browser,"
                " then run the same command again; it goes on where it stopped."
            ),
            values,
        )
    if fault is Fault.FULL:
        return DatabaseFullError(
            N_("The database {place} can't grow: {reason}."),
            N_(
                "Make room on its disk, then run the same command again; it goes on where it"
                " stopped. Everything that was stored before is kept."
            ),
            values,
        )
    if fault is Fault.GONE:
        return DatabaseGoneError(
            N_("The database {place} is not there or can't be reached: {reason}."),
            N_(
                "See that its folder exists, or that its server runs and is the one that you mean,"
                " then run the same command again."
            ),
            values,
        )
    if fault is Fault.REFUSED:
        return DatabaseRefusedError(
            N_("The database {place} can't be used: {reason}."),
            N_("Check its permissions, or name another database."),
            values,
        )
    if fault is Fault.DAMAGED:
        return DatabaseDamagedError(
            N_("{place} is no database that can be read: {reason}."),
            N_("Name another file, or put back a copy of the database."),
            values,
        )
    return None
