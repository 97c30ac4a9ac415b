"""A process may die as it likes: it costs one call, leaves nothing, and stops nobody."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from torchgrade.result import Kind
from torchgrade.sandbox.client import Sandbox
from torchgrade.sandbox.levels import Level, Limits
from torchgrade.sandbox.server import EngineFault, bare_environment
from torchgrade.sandbox.wire import Bounds

from .grounds import BOTH_WAYS, Ground, descendants, is_alive, kind_of, server_for

pytestmark = pytest.mark.parametrize("ground", BOTH_WAYS, indirect=True)

_WAYS = """
import ctypes, os, signal, sys, time, torch
def segfault(): ctypes.string_at(0)
def abort(): os.abort()
def exit_at_once(): os._exit(0)
def exit_with_code(): os._exit(3)
def exit_politely(): sys.exit(0)
def kill_itself(): os.kill(os.getpid(), signal.SIGKILL); return "alive"
def stop_itself(): os.kill(os.getpid(), signal.SIGSTOP); return "alive"
def deaf():
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        time.sleep(1)
def close_the_channel(): os.close(3); time.sleep(600)
def shut_the_channel():
    import socket
    socket.socket(fileno=os.dup(3)).shutdown(socket.SHUT_RDWR); time.sleep(600)
def close_everything(): os.closerange(0, 256); time.sleep(600)
def close_output(): os.close(1); os.close(2); return "alive"
def threads_go_on():
    import threading
    def spin():
        while True: pass
    for _ in range(3): threading.Thread(target=spin).start()
    os._exit(0)
def at_exit():
    import atexit
    atexit.register(time.sleep, 600)
    sys.exit(0)
def raise_base(): raise KeyboardInterrupt
def raise_unprintable():
    class Sly(Exception):
        def __str__(self): raise SystemExit
        __repr__ = __str__
    raise Sly
"""

# A jail's student is the first process of its PID namespace: the kernel keeps signals that it
# sends itself from it, abort()'s among them, which then ends by an illegal access.
_EXPECTED: dict[str, tuple[Kind | None, Kind | None]] = {  # in a jail, elsewhere
    "segfault": (Kind.SIGNAL, Kind.SIGNAL),
    "abort": (Kind.SIGNAL, Kind.SIGNAL),
    "exit_at_once": (Kind.EXITED, Kind.EXITED),
    "exit_with_code": (Kind.EXITED, Kind.EXITED),
    "exit_politely": (Kind.EXITED, Kind.EXITED),
    "kill_itself": (None, Kind.SIGNAL),
    "stop_itself": (None, Kind.TIMEOUT),
    "deaf": (Kind.TIMEOUT, Kind.TIMEOUT),
    "close_the_channel": (Kind.PROTOCOL, Kind.PROTOCOL),
    "shut_the_channel": (Kind.PROTOCOL, Kind.PROTOCOL),
    "close_everything": (Kind.PROTOCOL, Kind.PROTOCOL),
    "close_output": (None, None),
    "threads_go_on": (Kind.EXITED, Kind.EXITED),
    "at_exit": (Kind.EXITED, Kind.EXITED),
    "raise_base": (Kind.RAISED, Kind.RAISED),
    "raise_unprintable": (Kind.RAISED, Kind.RAISED),
}


def _eventually(holds: Callable[[], bool]) -> bool:
    """Whether something comes to hold; clearing up may take its time."""
    for _ in range(3000):
        if holds():
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize("way", _EXPECTED)
def test_ways_to_die(ground: Ground, way: str) -> None:
    """Each end has its kind; a bystander is not disturbed and the next process works."""
    bystander = ground.student("def f():\n    return 1\n")
    student = ground.student(_WAYS)
    student.seconds = 0.5 if Kind.TIMEOUT in _EXPECTED[way] else 10.0
    expected = _EXPECTED[way][0 if ground.jailed else 1]
    if expected is None:
        assert student.call(way).value == "alive" or way == "close_output"
    else:
        kind, failure = kind_of(lambda: student.call(way))
        assert kind is expected, failure
        if way == "segfault":
            assert failure.details["signal"] == "SIGSEGV"
        if way == "abort":
            assert failure.details["signal"] == ("SIGSEGV" if ground.jailed else "SIGABRT")
        if way in ("exit_at_once", "exit_with_code"):
            assert failure.details["code"] == (3 if way == "exit_with_code" else 0)
    student.end()
    assert bystander.call("f").value == 1
    assert ground.student("def f():\n    return 2\n").call("f").value == 2


def test_a_dead_process_answers_no_more(ground: Ground) -> None:
    """A call to a process that has ended is the engine's fault, never a value."""
    student = ground.student(_WAYS)
    kind_of(lambda: student.call("exit_at_once"))
    with pytest.raises(EngineFault):
        student.call("close_output")


def test_fifty_processes_leave_nothing(ground: Ground) -> None:
    """Descriptors, processes and folders are given back, however the process ended."""
    assert ground.server.level.value == ground.name
    running = descendants()
    ground.student().end()
    files = set(os.listdir("/proc/self/fd"))
    folders = set()
    for number in range(50):
        student = Sandbox(ground.server).spawn(Limits(), Bounds(bytes=1 << 20))
        if number % 5 == 0 and not ground.jailed:
            folders.add(os.readlink(f"/proc/{student.pid}/cwd"))
        if number % 7 == 0:
            os.kill(student.pid, signal.SIGKILL) if not ground.jailed else None
        student.end()
        student.end()
    assert set(os.listdir("/proc/self/fd")) == files
    # What other tests started may end meanwhile.
    assert _eventually(lambda: descendants() <= running)
    assert not any(map(os.path.exists, folders))


def test_a_nest_of_folders_is_cleared_away(ground: Ground) -> None:
    """However deep or closed a student's folders are, they go, and the fork server stays."""
    student = ground.student(
        """
        import os
        def dig():
            home = os.getcwd()
            for name in ("closed", ".torchgrade-1"):
                os.mkdir(name, 0)
            for depth in range(1200):
                os.mkdir("d")
                open("f", "w").close()
                os.chdir("d")
            return home
        """
    )
    try:
        home = student.call("dig").value
    finally:
        student.end()
    assert isinstance(home, str)
    assert ground.student("def f():\n    return 3\n").call("f").value == 3
    assert _eventually(lambda: not os.path.exists(home))


def test_daemons_die_with_the_student(ground: Ground) -> None:
    """Whatever a student starts, however it hides, is gone once the process has ended."""
    running = descendants()
    student = ground.student(
        """
        import os, signal, time
        def f():
            for number in set(range(1, 65)) - {signal.SIGCHLD}:
                try:
                    signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError):
                    pass
            child = os.fork()
            if child == 0:
                try:
                    os.setsid()
                except OSError:
                    pass
                if os.fork():
                    os._exit(0)
                os.closerange(0, 256)
                time.sleep(600)
            os.waitpid(child, 0)
            return 1
        """,
        limits=Limits(processes=4),
    )
    assert student.call("f").value == 1
    assert len(descendants() - running) == 2
    student.end()
    assert _eventually(lambda: descendants() <= running)


@pytest.mark.parametrize("processes", [1, 4])
def test_a_killed_fork_server_takes_its_students_along(
    ground: Ground, tmp_path: Path, processes: int
) -> None:
    """It is an engine fault, to whoever calls or spawns; no student process is left."""
    before = descendants()
    orphans = set()
    with closing(server_for(ground.name, tmp_path)) as server:
        assert server.level.value == ground.name
        own = descendants() - before
        with Ground(ground.name, server).cleared() as there:
            student = there.student(
                """
                import ctypes, os, signal, time
                ctypes.CDLL(None).prctl(1, 0)
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                def f(processes):
                    if processes > 1 and os.fork() == 0:
                        os.closerange(0, 256)
                        time.sleep(600)
                    return os.getcwd(), 1
                def g():
                    time.sleep(600)
                """,
                limits=Limits(processes=processes),
            )
            folder, value = there.pair(student, "f", processes)
            assert value == 1
            orphans = descendants() - before - own
            assert len(orphans) == processes - (processes == 4) * 2
            for pid in own:
                os.kill(pid, signal.SIGKILL)
            with pytest.raises(EngineFault):
                student.call("g")
            with pytest.raises(EngineFault):
                there.student()
    assert _eventually(lambda: not any(map(is_alive, orphans)))
    assert not os.path.exists(os.path.dirname(folder) if not ground.jailed else folder)


def test_a_closed_fork_server_leaves_nothing(tmp_path: Path, ground: Ground) -> None:
    """Closing it ends students that run, and its own folder goes too."""
    before = descendants()
    with closing(server_for(ground.name, tmp_path)) as server:
        student = Ground(ground.name, server).student("def f():\n    return 1\n")
        folder = tempfile.gettempdir()
        if not ground.jailed:
            folder = os.path.dirname(os.readlink(f"/proc/{student.pid}/cwd"))
    assert _eventually(lambda: descendants() <= before)
    assert ground.jailed or not os.path.exists(folder)
    student.end()
    with pytest.raises(EngineFault):
        Sandbox(server).spawn(Limits())


def test_a_server_that_nobody_asked_anything(ground: Ground, tmp_path: Path) -> None:
    """Closed while its first word is unread, it clears up all the same."""
    server = server_for(ground.name, tmp_path)
    assert server._control is not None
    folder = json.loads(server._control.recv(1 << 16, socket.MSG_PEEK))["folder"]
    assert not os.path.exists(folder)
    server.close()
    assert not os.path.exists(folder)


_FORKER = """
import json, os, sys, time
sys.path.insert(0, sys.argv[1])
import torch
from torchgrade.sandbox.client import ModuleSource, Sandbox
from torchgrade.sandbox.levels import Level, Limits
from torchgrade.sandbox.server import ForkServer
server = ForkServer(Level(sys.argv[2]))
server.fork()
student = Sandbox(server).spawn(Limits(processes=4))
code = "import os, time\\ndef f():\\n    os.fork() or time.sleep(600)\\n    return os.getcwd()\\n"
student.load(ModuleSource(code, "student.py", "student"), seed=1)
print(json.dumps(student.call("f").value), flush=True)
time.sleep(600)
"""


def test_a_killed_grader_takes_its_forked_server_along(ground: Ground) -> None:
    """Nothing that student code started lives on, and no folder stays."""
    before = descendants()
    level = Level.JAIL if ground.jailed else Level.PROCESS
    root = str(Path(__file__).parents[2])
    command = [sys.executable, "-I", "-c", _FORKER, root, level.value]
    environment = {**bare_environment(), "TMPDIR": tempfile.gettempdir()}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as grader:
        assert grader.stdout is not None
        folder = json.loads(grader.stdout.readline())
        started = descendants() - before
        assert len(started) >= 4, "grader, server, student, and what the student started"
        grader.kill()
    assert _eventually(lambda: not any(map(is_alive, started)))
    if not ground.jailed:
        assert _eventually(lambda: not os.path.exists(os.path.dirname(folder)))
