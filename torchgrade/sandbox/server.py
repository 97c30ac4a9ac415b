"""The fork server's handle: starts it, talks to it, ends it.

Imports nothing heavy, so that a command can start the server and then import torch beside it.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Protocol

from torchgrade.sandbox import gpus
from torchgrade.sandbox.accounts import Accounts, process_of
from torchgrade.sandbox.levels import Level, Limits
from torchgrade.sandbox.line import Line, Output

__all__ = [
    "EngineFault",
    "ForkServer",
    "Forked",
    "Server",
    "bare_environment",
    "start_engine_process",
]

_START_SECONDS = 120.0
_ANSWER_SECONDS = 30.0
_PACKET = 1 << 16
# For one process it would cost as much as it saves, and whoever waits would wait twice as long.
_NEEDED = 2
# What the import saves one process, it costs some hundred later ones, which are forked with it.
_RARE = 100


class EngineFault(Exception):
    """The engine failed, not the student: the result is ungraded."""


class Server(Protocol):
    """Makes student processes, at one level."""

    reasons: dict[str, str]
    """Why each stronger level does not hold here, by its name; known with `level`."""

    def __enter__(self) -> Server:
        """Start."""

    def __exit__(self, *_: object) -> None:
        """Close."""

    def start(self) -> None:
        """Begin, without waiting."""

    @property
    def level(self) -> Level:
        """The level that student code runs at. Raises EngineFault if there can be none."""

    @property
    def closed(self) -> bool:
        """Whether it was ended by `close`, and every student process with it, or never began."""

    def open(self, limits: Limits, value_bytes: int, *, watched: bool = False) -> Line:
        """A fresh confined process; a ``watched`` one has accounts. Raises EngineFault."""

    def ask(self, request: dict[str, object]) -> dict[str, object]:
        """The answer to ``{"op": "end", "pid": ..., "patience": ...}``. Raises EngineFault."""

    def note_imports(self, names: Sequence[str]) -> None:
        """A student process had to import these of `SLOW_IMPORTS`. Raises EngineFault."""

    def successor(self) -> Server:
        """One like this, not yet started."""

    def close(self) -> None:
        """End it, and every student process with it."""


class ForkServer:
    """A process that has torch imported and forks confined student processes.

    Args:
        level: the level to insist on; None takes the strongest that holds here.
    """

    def __init__(self, level: Level | None = None) -> None:
        self._requested = level
        self._process: subprocess.Popen[bytes] | Forked | None = None
        self._control: socket.socket | None = None
        self._errors: IO[bytes] | None = None
        self._level: Level | None = None
        self._folder = ""
        self._made = 0
        self._needed: Counter[str] = Counter()
        self._imported: set[str] = set()
        self.reasons: dict[str, str] = {}
        """Why each stronger level does not hold here, by its name; known with `level`."""

    def __enter__(self) -> ForkServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the server without waiting for it."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the server
        with theirs:
            self._process = start_engine_process(
                "from torchgrade.sandbox.zygote import main; main(int(sys.argv[2]))",
                inherited=theirs.fileno(),
                stderr=self._errors,
            )
        self._begin(ours)

    def fork(self) -> None:
        """Start the server as a fork of this process, which then pays for torch only once.

        For a process that has torch imported and nothing else that student code must not see:
        no course, no environment but that of `bare_environment`, no arguments that tell anything.
        """
        from torchgrade.sandbox.zygote import become

        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the server
        with theirs:
            pid = os.fork()
            if pid == 0:
                become(theirs.fileno(), self._errors.fileno())
        self._process = Forked(pid, os.pidfd_open(pid), _reap)
        self._begin(ours)

    def _begin(self, control: socket.socket) -> None:
        self._control = control
        request = {"level": self._requested.value if self._requested else None}
        control.send(json.dumps(request).encode())

    @property
    def level(self) -> Level:
        """The level that student code runs at; waits for the server to be ready.

        Raises:
            EngineFault: the server can't start, or not at the level insisted on.
        """
        if self._level is None:
            told, _ = self._answer(_START_SECONDS)
            self._level = Level(told["level"])
            reasons = told["reasons"]
            self.reasons = dict(reasons) if isinstance(reasons, dict) else {}
            self._folder = str(told["folder"])
        return self._level

    @property
    def closed(self) -> bool:
        """Whether nobody talks to it any more, so that it ends with all its processes."""
        return self._control is None

    def open(self, limits: Limits, value_bytes: int, *, watched: bool = False) -> Line:
        """A fresh confined process that takes and gives values of at most ``value_bytes``."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        output, output_end = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(output, False)
        shared = _shared_memory(2 * value_bytes)
        # Opened anew: flags such as O_APPEND belong to the opening, and theirs are not ours.
        shared_end = os.open(f"/proc/self/fd/{shared}", os.O_RDWR | os.O_CLOEXEC)
        try:
            request = {
                "op": "spawn",
                "limits": asdict(limits),
                "file_bytes": value_bytes,
                "watched": watched,
            }
            self._send(request, [theirs.fileno(), output_end, shared_end])
            told, given = self._answer(_ANSWER_SECONDS)
        except BaseException:
            ours.close()
            os.close(output)
            os.close(shared)
            raise
        finally:
            theirs.close()
            os.close(output_end)
            os.close(shared_end)
        self._made += 1
        pid = told["pid"]
        assert isinstance(pid, int)
        ours.setblocking(False)
        accounts = _accounts(given[0]) if given else None
        return Line(pid, ours, shared, Output(output, limits.output), accounts)

    def note_imports(self, names: Sequence[str]) -> None:
        """A student process had to import these of `SLOW_IMPORTS`. Raises EngineFault.

        What two of them needed, and one in a hundred, the server imports itself, and later ones
        begin with it. It does so while that one is at work.
        """
        self._needed.update(names)
        wanted = [
            name
            for name in names
            if name not in self._imported and self._needed[name] >= max(_NEEDED, self._made / _RARE)
        ]
        if wanted:
            self._imported.update(wanted)
            self._send({"op": "import", "names": wanted})

    def successor(self) -> ForkServer:
        """A server like this one, not yet started."""
        return ForkServer(self._requested)

    def ask(self, request: dict[str, object], descriptors: Sequence[int] = ()) -> dict[str, object]:
        """Send a request with descriptors; the answer, or EngineFault."""
        self._send(request, descriptors)
        return self._answer(_ANSWER_SECONDS)[0]

    def _send(self, request: dict[str, object], descriptors: Sequence[int] = ()) -> None:
        _ = self.level
        if self._control is None:
            raise EngineFault("the fork server is closed")
        try:
            socket.send_fds(self._control, [json.dumps(request).encode()], list(descriptors))
        except OSError as error:
            raise EngineFault(f"the fork server is gone: {error}; {self._complaint()}") from error

    def _answer(self, seconds: float) -> tuple[dict[str, object], list[int]]:
        """The next answer and the descriptors that came along."""
        if self._control is None:
            raise EngineFault("the fork server is closed")
        self._control.settimeout(seconds)
        try:
            packet, given, _, _ = socket.recv_fds(self._control, _PACKET, 1)
        except OSError as error:
            # An answer that comes yet would be taken for that to the next request.
            self._control.close()
            self._control = None
            raise EngineFault(f"the fork server does not answer: {error}") from error
        if not packet:
            raise EngineFault(f"the fork server ended. {self._complaint()}")
        told = json.loads(packet)
        assert isinstance(told, dict)
        if "error" in told:
            raise EngineFault(str(told["error"]))
        return told, given

    def _complaint(self) -> str:
        if self._errors is None:
            return ""
        self._errors.seek(0)
        return self._errors.read()[-2000:].decode(errors="replace").strip()

    def close(self) -> None:
        """End the server and every student process with it."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._folder:  # which only a server that was killed leaves behind
            with contextlib.suppress(RecursionError):
                shutil.rmtree(self._folder, ignore_errors=True)
        if self._errors is not None:
            self._errors.close()
            self._errors = None


def _accounts(pidfd: int) -> Accounts | None:
    """The accounts of the process, where the kernel keeps them; closes the descriptor."""
    try:
        return Accounts(process_of(pidfd))
    except OSError:
        return None
    finally:
        os.close(pidfd)


class Forked:
    """A process made by fork, with as much of `subprocess.Popen` as its handle needs.

    For any threads. ``descriptor`` is a pidfd, owned from now on; ``reap`` gives the exit code of a
    process that has ended, by way of its parent.
    """

    def __init__(self, pid: int, descriptor: int, reap: Callable[[int], int]) -> None:
        self.pid = pid
        self._descriptor = descriptor
        self._reap = reap
        self._code: int | None = None
        # Nobody may signal a descriptor that has just been closed, and may be another's by now.
        self._lock = threading.Lock()

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, negative for a signal. Raises subprocess.TimeoutExpired."""
        if self._code is None:
            poll = select.poll()  # select() knows no descriptors above 1023
            poll.register(self._descriptor, select.POLLIN)
            if not poll.poll(None if timeout is None else timeout * 1000):
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0.0)
            with self._lock:
                if self._code is None:
                    self._code = self._reap(self.pid)
                    os.close(self._descriptor)
        return self._code

    def kill(self) -> None:
        """End it at once."""
        with self._lock, contextlib.suppress(ProcessLookupError):
            if self._code is None:
                signal.pidfd_send_signal(self._descriptor, signal.SIGKILL)


def _reap(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def start_engine_process(
    code: str,
    *,
    inherited: int | None = None,
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.DEVNULL,
    stderr: IO[bytes] | None = None,
) -> subprocess.Popen[bytes]:
    """A Python that knows nothing of the caller's and runs ``code``, which may import torchgrade.

    It finds the descriptor ``inherited``, which it shares, in ``sys.argv[2]``.
    """
    root = Path(__file__).resolve().parents[2]
    passed = () if inherited is None else (inherited,)
    return subprocess.Popen(
        [
            *(sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, sys.argv[1]); {code}"),
            *map(str, (root, *passed)),
        ],
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        bufsize=0,
        pass_fds=passed,
        env=bare_environment(),
        # Where the caller stands would be in memory that student processes inherit.
        cwd="/",
        # Ctrl-C at the terminal is for the command, which then ends this process.
        start_new_session=True,
    )


def bare_environment() -> dict[str, str]:
    """What a student process may know of the environment: nothing of the caller's.

    But for the folder of a GPU's driver where that is found in no other way.
    """
    one = "1"
    driver = gpus.library_path(os.environ)
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": "/tmp",
        "LANG": "C.UTF-8",
        # A parent that has run threads leaves forked children that hang.
        "OMP_NUM_THREADS": one,
        "MKL_NUM_THREADS": one,
        "OPENBLAS_NUM_THREADS": one,
        "KMP_WARNINGS": "0",
        # Memory in huge pages from the start, where there are any: forks of it cost less.
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
        # Read when a program starts, and never again.
        **({"LD_LIBRARY_PATH": driver} if driver else {}),
    }


# memfd seals: the student's side must not be able to shrink what the grader reads.
_F_ADD_SEALS, _F_SEAL_SEAL, _F_SEAL_SHRINK, _F_SEAL_GROW = 1033, 1, 2, 4


def _shared_memory(size: int) -> int:
    """A file in memory that neither side can shrink; its pages exist once they are used."""
    import fcntl  # not on Windows, where there is no fork server

    descriptor = os.memfd_create("torchgrade", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(descriptor, size)
    fcntl.fcntl(descriptor, _F_ADD_SEALS, _F_SEAL_SHRINK | _F_SEAL_GROW | _F_SEAL_SEAL)
    return descriptor
