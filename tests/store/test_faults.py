"""What databases do to graders, and graders to databases."""

from __future__ import annotations

import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.store.postgresql import PostgreSQL
from tests.store.samples import FAILED, PASSED, VERSIONS, course, graded, outcome
from torchgrade.graded import Graded
from torchgrade.store import Store, StoreError, open_store, schema
from torchgrade.store.faults import (
    DatabaseBusyError,
    DatabaseDamagedError,
    DatabaseFullError,
    DatabaseGoneError,
    DatabaseRefusedError,
)

COURSE = course()
A0, A1, B0, B1 = COURSE.exercises


def submission(number: int) -> list[Graded]:
    """Three results, unlike those of any other number."""
    tests = [outcome(n, FAILED if (n + number) % 3 else PASSED) for n in range(10)]
    return [graded(f"s{number:05}", e, tests, source=f"x = {number}\n" * 50) for e in (A0, A1, B0)]


def check_whole(store: Store) -> set[str]:
    """Students with all of their three results, and nothing is stored in part."""
    found: dict[str, int] = {}
    for student, result, source in store.results(None, COURSE.exercises):
        assert len(result.outcomes) == 10
        assert source is not None
        found[student] = found.get(student, 0) + 1
    assert set(found.values()) <= {3}
    count = select(func.count()).select_from(schema.outcome).group_by(schema.outcome.c.result_id)
    assert set(store.database.read(lambda c: c.execute(count).scalars().all())) <= {10}
    return set(found)


@contextmanager
def child(action: Callable[[Callable[[str], None]], None]) -> Iterator[tuple[int, int]]:
    """A process that does ``action``: its id, and a pipe from what ``action`` tells."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.close(reading)

            def tell(said: str) -> None:
                os.write(writing, said.encode())

            action(tell)
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    try:
        yield pid, reading
    finally:
        os.close(reading)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def read_all(descriptor: int) -> str:
    parts = []
    while part := os.read(descriptor, 65536):
        parts.append(part)
    return b"".join(parts).decode()


def test_a_writer_may_be_killed_at_any_time(url: str) -> None:
    """What `save` returned for is there, and what is there is whole; fifteen times in a row."""
    told: set[str] = set()
    with open_store(url, COURSE):
        pass

    def write_forever(tell: Callable[[str], None], start: int) -> None:
        with open_store(url, COURSE) as store:
            for number in range(start, start + 1000):
                store.save(submission(number))
                tell(f"s{number:05} ")

    for attempt in range(15):
        with child(lambda tell, start=attempt * 1000: write_forever(tell, start)) as (pid, pipe):  # type: ignore[misc]  # mypy infers no lambda with a default
            first = os.read(pipe, 7).decode()
            time.sleep(random.uniform(0, 0.02))
            os.kill(pid, signal.SIGKILL)
            told |= set((first + read_all(pipe)).split())
    with open_store(url, COURSE) as store:
        assert told <= check_whole(store)
        # Going on works, with what was killed on the way too.
        store.save(submission(0))


def test_several_graders_write_at_once(url: str) -> None:
    """All results of all graders are there, each once, also of answers that they share."""
    with open_store(url, COURSE):
        pass

    def write(offset: int) -> None:
        with open_store(url, COURSE) as store:
            numbers = list(range(offset, offset + 40))
            random.Random(offset).shuffle(numbers)
            for number in numbers:
                store.save(submission(number))

    with (
        child(lambda tell: write(0)) as (_, one),
        child(lambda tell: write(20)) as (_, two),
        child(lambda tell: write(20)) as (_, three),
    ):
        for pipe in (one, two, three):
            read_all(pipe)
    with open_store(url, COURSE) as store:
        assert check_whole(store) == {f"s{number:05}" for number in range(60)}


def test_two_graders_may_make_the_tables_at_once(url: str) -> None:
    """Both find a database without tables."""

    def write(number: int, tell: Callable[[str], None]) -> None:
        with open_store(url, COURSE) as store:
            store.save(submission(number))
        tell("done")

    with (
        child(lambda tell: write(1, tell)) as (_, one),
        child(lambda tell: write(2, tell)) as (_, two),
    ):
        assert (read_all(one), read_all(two)) == ("done", "done")
    with open_store(url, COURSE) as store:
        assert check_whole(store) == {"s00001", "s00002"}


def test_a_store_is_not_used_across_a_fork(url: str) -> None:
    """Two processes on one connection would talk at once; the parent's goes on."""
    with open_store(url, COURSE) as store:

        def use(tell: Callable[[str], None]) -> None:
            try:
                store.save(submission(1))
            except RuntimeError as error:
                tell(str(error))

        with child(use) as (_, pipe):
            assert "before the process was forked" in read_all(pipe)
        store.save(submission(2))
        assert check_whole(store) == {"s00002"}


# --- SQLite


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "gradebook.db"


def test_a_full_disk_loses_nothing_that_was_saved(file: Path) -> None:
    """The submission that finds no room is not stored in part; with room it is."""
    with open_store(file, COURSE) as store:
        with store.database.engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            # A limit of one connection's; the pool hands it out again.
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 60}")
        saved = 0
        with pytest.raises(DatabaseFullError, match=r"can't grow: .*full.*Make room"):
            for number in range(1000):
                store.save(submission(number))
                saved = number + 1
        assert 0 < saved < 1000
        assert len(check_whole(store)) == saved
        with store.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 100000")
        store.save(submission(saved))
        assert len(check_whole(store)) == saved + 1


def test_a_limit_on_files_loses_nothing_that_was_saved(file: Path) -> None:
    """What the operating system says no to is told like a full disk."""
    with open_store(file, COURSE):
        pass

    def write(tell: Callable[[str], None]) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
        with open_store(file, COURSE) as store:
            try:
                for number in range(1000):
                    store.save(submission(number))
                    tell(f"s{number:05} ")
            except DatabaseFullError:
                tell("full")

    with child(write) as (_, pipe):
        *told, last = read_all(pipe).split()
    assert last == "full"
    assert told
    with open_store(file, COURSE) as store:
        assert set(told) <= check_whole(store)


def test_a_lock_that_is_held_for_long_is_told(file: Path) -> None:
    """By an error that names the remedy, and nothing is stored."""
    with open_store(file, COURSE, patience=0.5) as store:
        store.save(submission(1))
        holder = sqlite3.connect(file, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusyError, match=r"keeps the database .* locked"):
            store.save(submission(2))
        # Who only reads need not wait.
        assert check_whole(store) == {"s00001"}
        holder.execute("ROLLBACK")
        holder.close()
        store.save(submission(2))
        assert check_whole(store) == {"s00001", "s00002"}


def test_a_lock_that_is_let_go_is_waited_for(file: Path) -> None:
    """Another process holds it for longer than one attempt takes."""
    holder = (
        "import sqlite3, sys, time\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('BEGIN IMMEDIATE'); print('held', flush=True); time.sleep(1)\n"
    )
    with open_store(file, COURSE) as store:
        command = [sys.executable, "-c", holder, str(file)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            store.save(submission(1))
        assert check_whole(store) == {"s00001"}


@pytest.mark.parametrize("how", ["removed", "replaced"])
def test_a_file_that_vanished_is_told_and_not_made_anew(file: Path, how: str) -> None:
    """SQLite itself would go on writing into a file that has no name any more."""
    with open_store(file, COURSE, patience=0.1) as store:
        store.save(submission(1))
        file.rename(file.with_suffix(".moved"))
        if how == "replaced":
            file.write_bytes(file.with_suffix(".moved").read_bytes())
        with pytest.raises(DatabaseGoneError, match="moved, replaced or removed"):
            store.save(submission(2))
        assert file.exists() == (how == "replaced")
        if how == "replaced":
            file.unlink()
        file.with_suffix(".moved").rename(file)
        store.save(submission(2))
        assert check_whole(store) == {"s00001", "s00002"}


def test_a_place_that_does_not_exist_is_told(tmp_path: Path) -> None:
    """With its path; folders are not made for a typing error."""
    with pytest.raises(DatabaseGoneError, match=r"nowhere/gradebook\.db"):
        open_store(tmp_path / "nowhere" / "gradebook.db", COURSE)
    assert not (tmp_path / "nowhere").exists()


def test_a_file_of_another_kind_is_refused_and_kept(file: Path) -> None:
    """A mistyped path costs nobody their data."""
    file.write_text("student,points\nada,3\n" * 500)
    before = file.read_bytes()
    with pytest.raises(DatabaseDamagedError, match="no database that can be read"):
        open_store(file, COURSE)
    assert file.read_bytes() == before


def test_a_database_of_a_newer_version_is_refused(url: str) -> None:
    """Old code doesn't write into tables that it doesn't know."""
    with open_store(url, COURSE) as store:
        newer = schema.schema.update().values(version=schema.VERSION + 1)
        store.database.write(lambda connection: connection.execute(newer))
    with pytest.raises(DatabaseRefusedError, match=r"newer version of torchgrade.*--upgrade"):
        open_store(url, COURSE)


@pytest.mark.parametrize(
    ("url", "fact"),
    [
        ("mysql://localhost/grades", "kind mysql"),
        ("nonsense://", "kind nonsense"),
        ("sqlite://", "kind sqlite"),
        ("postgresql://host:port/x", "not a URL"),
    ],
)
def test_an_address_that_means_nothing_is_told(url: str, fact: str) -> None:
    """Before anything is graded."""
    with pytest.raises(DatabaseRefusedError, match=fact):
        open_store(url, COURSE)


def test_paths_and_urls_of_sqlite_are_the_same_thing(tmp_path: Path) -> None:
    """Also with characters that mean something in a URL."""
    file = tmp_path / "a b?c#d%20.db"
    with open_store(file, COURSE) as store:
        store.save(submission(1))
    with open_store(str(file), COURSE) as store:
        assert check_whole(store) == {"s00001"}
    plain = tmp_path / "grades.db"
    with open_store(f"sqlite:///{plain}", COURSE) as store:
        store.save(submission(1))
    assert plain.exists()


# --- PostgreSQL


def test_a_server_that_is_not_there_is_told_at_once(server: PostgreSQL) -> None:
    """Nobody waits a minute for a typing error; and no password is shown."""
    began = time.monotonic()
    for host in (server.folder / "nowhere", "127.0.0.1"):
        with pytest.raises(StoreError) as caught:
            open_store(f"postgresql://u:hunter2@/x?host={host}&port=1", COURSE)
        assert "hunter2" not in str(caught.value)
        assert isinstance(caught.value, DatabaseGoneError)
    with pytest.raises(StoreError, match="does not exist"):
        open_store(f"postgresql://grader@/no_such_database?host={server.folder}", COURSE)
    assert time.monotonic() - began < 30  # half of the patience that there would be


def test_a_server_that_goes_away_for_a_while_is_waited_for(server: PostgreSQL) -> None:
    """A restart in the middle of the evening costs nothing; an end is told."""
    url = server.new_database()
    with open_store(url, COURSE, patience=1) as store:
        store.begin_run(VERSIONS, "submissions")
        store.save(submission(1))
        server.stop()
        try:
            with pytest.raises(DatabaseGoneError):
                store.save(submission(2))
        finally:
            server.start()
        store.save(submission(2))
        assert check_whole(store) == {"s00001", "s00002"}
