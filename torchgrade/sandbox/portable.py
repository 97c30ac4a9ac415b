"""Student processes where there is no fork server: macOS, Windows, other Unix systems.

Each is a Python of its own that imports torch, which takes seconds, and is held only by time
limits and by those resource limits that the system has. That is enough to check one's own
work and not enough to grade what others wrote: level `Level.PROCESS`.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO

from torchgrade.sandbox import gpus
from torchgrade.sandbox.accounts import Accounts
from torchgrade.sandbox.levels import Level, Limits
from torchgrade.sandbox.line import FileOutput, Line
from torchgrade.sandbox.server import EngineFault

__all__ = ["SpawnServer", "child"]

_CONNECT_SECONDS = 120.0
_KEPT = ("SYSTEMROOT", "PATH", "TEMP", "TMP", "TMPDIR")


class SpawnServer:
    """Starts a Python for each student process."""

    def __init__(self) -> None:
        self.reasons = {
            level.value: f"it needs Linux, and this is {sys.platform}"
            for level in Level
            if level is not Level.PROCESS
        }
        self._children: dict[int, subprocess.Popen[bytes]] = {}
        self._started = False

    def __enter__(self) -> SpawnServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        self._started = True

    @property
    def level(self) -> Level:
        return Level.PROCESS

    @property
    def closed(self) -> bool:
        return not self._started

    def open(self, limits: Limits, value_bytes: int, *, watched: bool = False) -> Line:
        """Start a Python and wait for it to call back, with a token that only it was told."""
        token = secrets.token_hex(16)
        # To append, since both sides share one position in it; unbuffered, to read what is new.
        output = tempfile.TemporaryFile("a+b", buffering=0)  # noqa: SIM115  # for the line's life
        with socket.create_server(("127.0.0.1", 0)) as listener:
            process = self._start(listener.getsockname()[1], limits, value_bytes, token, output)
            try:
                channel = _accepted(listener, token)
            except OSError as error:
                process.kill()
                process.wait()
                raise EngineFault(f"a student process did not start: {error}") from error
        self._children[process.pid] = process
        channel.setblocking(False)
        line = Line(process.pid, channel, None, FileOutput(output, limits.output))
        if watched:
            with contextlib.suppress(OSError):  # which is no Linux
                line.accounts = Accounts(process.pid)
        return line

    def _start(
        self, port: int, limits: Limits, value_bytes: int, token: str, output: IO[bytes]
    ) -> subprocess.Popen[bytes]:
        root = Path(__file__).resolve().parents[2]
        code = (
            "import sys; sys.path.insert(0, sys.argv[1]); "
            "from torchgrade.sandbox.portable import child; child(sys.argv[2:])"
        )
        told = [port, value_bytes, json.dumps(asdict(limits))]
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", code, str(root), *map(str, told)],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={name: os.environ[name] for name in _KEPT if name in os.environ}
            | _of_device(limits.device)
            | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            cwd=tempfile.gettempdir(),
            start_new_session=True,
        )
        assert process.stdin is not None
        process.stdin.write(token.encode() + b"\n")
        process.stdin.close()
        return process

    def ask(self, request: dict[str, object]) -> dict[str, object]:
        """End a child: ``{"op": "end", "pid": ..., "patience": seconds}``."""
        pid, patience = request["pid"], request.get("patience", 0.0)
        assert isinstance(pid, int) and isinstance(patience, float)
        process = self._children.pop(pid)
        deadline = time.monotonic() + patience
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        by_itself = process.poll() is not None
        _kill(process)
        code = process.wait()
        return {
            "by_itself": by_itself,
            "signal": -code if code < 0 else None,
            "code": code if code >= 0 else None,
        }

    def note_imports(self, names: Sequence[str]) -> None:
        """Nothing is to be gained: each process begins anew."""

    def successor(self) -> SpawnServer:
        return SpawnServer()

    def close(self) -> None:
        for pid in list(self._children):
            self.ask({"op": "end", "pid": pid})
        self._started = False


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a child, and where there are process groups what it started too."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()


def _accepted(listener: socket.socket, token: str) -> socket.socket:
    """The first connection that knows the token; others on this machine may try the port."""
    deadline = time.monotonic() + _CONNECT_SECONDS
    while True:
        listener.settimeout(max(0.01, deadline - time.monotonic()))
        channel, _ = listener.accept()
        channel.settimeout(_CONNECT_SECONDS)
        said = b""
        while len(said) < len(token):
            part = channel.recv(len(token) - len(said))
            if not part:
                break
            said += part
        if secrets.compare_digest(said, token.encode()):
            channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return channel
        channel.close()


def child(arguments: list[str]) -> None:
    """In the new Python: limit it, connect, and answer calls. Does not return normally."""
    port, value_bytes = int(arguments[0]), int(arguments[1])
    limits = Limits.told(json.loads(arguments[2]))
    token = sys.stdin.readline().strip()
    sys.path.pop(0)
    import torch

    from torchgrade.sandbox import worker

    torch.set_num_threads(1)
    _limit(limits, value_bytes)
    channel = socket.create_connection(("127.0.0.1", port), timeout=_CONNECT_SECONDS)
    channel.settimeout(None)
    channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    channel.sendall(token.encode())
    worker.serve_on(channel, None)


def _of_device(device: str) -> dict[str, str]:
    """Variables by which a process sees one GPU, or what it sees anyway. Confines nothing."""
    index = gpus.index_of(device)
    if index is None:
        return {}
    driver = gpus.library_path(os.environ)
    return (
        gpus.SETTINGS
        | {"CUDA_VISIBLE_DEVICES": str(index)}
        | ({"LD_LIBRARY_PATH": driver} if driver else {})
    )


def _limit(limits: Limits, value_bytes: int) -> None:
    if limits.cores and hasattr(os, "sched_setaffinity"):
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, limits.cores)
    try:
        import resource
    except ImportError:  # Windows
        return
    seconds = max(1, int(limits.exercise_seconds))
    for name, value in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, value_bytes),
    ):
        _, ceiling = resource.getrlimit(name)
        known = value if ceiling == resource.RLIM_INFINITY else min(value, ceiling)
        resource.setrlimit(name, (known, ceiling))
