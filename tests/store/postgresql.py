"""A PostgreSQL server of the tests' own, in a folder of its own, reachable by a socket only."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

__all__ = ["PostgreSQL", "find_binaries", "server"]


class PostgreSQL:
    """A running server."""

    def __init__(self, folder: Path, binaries: Path, user: str | None) -> None:
        self.folder = folder
        self._binaries = binaries
        self._user = user
        self._made = 0

    def new_database(self) -> str:
        """Make an empty database; its URL."""
        self._made += 1
        name = f"grades{self._made}"
        self.run("createdb", "-h", str(self.folder), "-U", "grader", name)
        return f"postgresql://grader@/{name}?host={self.folder}"

    def start(self) -> None:
        # No TCP: nobody else on the machine is to reach it, and no port is to be free.
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.folder}'"
        # Tests kill graders, never the machine: what the system has been given is safe enough.
        options += " -c fsync=off"
        log = str(self.folder / "log")
        self.run("pg_ctl", "-D", str(self._data), "-o", options, "-l", log, "-w", "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")

    def make(self) -> None:
        arguments = ("-A", "trust", "-U", "grader", "-E", "UTF8", "--locale=C", "--no-sync")
        self.run("initdb", "-D", str(self._data), *arguments)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def run(self, program: str, *arguments: str) -> None:
        """One of PostgreSQL's programs, as a user that it accepts."""
        command: Sequence[str] = [str(self._binaries / program), *arguments]
        done = subprocess.run(
            command,
            user=self._user,
            cwd=self.folder,
            env={"PATH": os.defpath, "HOME": str(self.folder), "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            # A server that outlives `pg_ctl` would keep a pipe open.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,
            check=False,
        )
        if done.returncode:
            said = (done.stderr or b"").decode(errors="replace")
            raise RuntimeError(f"{program} failed: {said}")


def find_binaries() -> Path | None:
    """Where ``initdb`` and its kind are: on the path, or where Debian hides the newest."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda file: float(file.parent.parent.name),
    )
    return folders[-1].parent if folders else None


@contextmanager
def server(binaries: Path) -> Iterator[PostgreSQL]:
    """A new server that ends with the context."""
    # Paths of sockets are limited to some hundred characters; pytest's folders may be longer.
    folder = Path(tempfile.mkdtemp(prefix="torchgrade-pg-"))
    user = _ordinary_user()
    if user is not None:
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    made = PostgreSQL(folder, binaries, user)
    try:
        made.make()
        made.start()
        try:
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _ordinary_user() -> str | None:
    """Whom to run as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)
