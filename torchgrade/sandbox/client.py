"""The trusted side: starts the fork server, spawns student processes, calls across the wall.

Whatever arrives from a student process is checked here before anyone else sees it. A reply
counts only if it answers the request that is open; everything else ends the process.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field

import torch

from torchgrade.result import Failure, Frame, Kind
from torchgrade.sandbox import wire
from torchgrade.sandbox.accounts import Accounts
from torchgrade.sandbox.levels import SLOW_IMPORTS, Level, Limits
from torchgrade.sandbox.line import Output, Waiter
from torchgrade.sandbox.server import EngineFault, Server

__all__ = ["CallFailed", "ModuleSource", "Reply", "Sandbox", "StudentProcess", "Usage"]

_THRESHOLD = 64 << 10
# How long to look again and again for an answer before going to sleep: most calls are over by
# then, and a core that slept takes longer to wake up, with cold caches, than the call itself.
SPIN_SECONDS = 200e-6 if hasattr(os, "sched_yield") else 0.0
_READY_SECONDS = 30.0
_IDENTITY = 16
"""Hexadecimal digits of what names a request."""
_IDENTITIES = 64
_READ = 1 << 17
# How long a process may take to end after its channel closed, before it is taken to be alive.
_ENDING_SECONDS = 0.5


class CallFailed(Exception):
    """A call into student code gave no value; ``failure`` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.kind.value)
        self.failure = failure


@dataclass(frozen=True)
class ModuleSource:
    """A file to load in a student process.

    ``overrides`` replaces names of the loaded module by functions of the grader's; used for
    misconceptions and alternatives, which are model answers with one part exchanged.
    """

    text: str
    file: str
    module: str
    overrides: tuple[tuple[str, wire.FunctionSource], ...] = ()


@dataclass(frozen=True)
class Reply:
    """A value from the student's side, with what was told about it."""

    value: object
    layouts: tuple[tuple[torch.Tensor, wire.Layout], ...]
    operators: tuple[str, ...]


@dataclass(frozen=True)
class Usage:
    """What a student process used, by the kernel's accounting."""

    cpu_seconds: float
    peak_memory: int


@dataclass
class StudentProcess:
    """One confined process with one loaded file."""

    server: Server
    pid: int
    channel: socket.socket
    shared: wire.Shared | None
    limits: Limits
    bounds: wire.Bounds
    output: Output
    source: ModuleSource | None = None
    alive: bool = True
    seconds: float = 0.0
    """Wall time for the next call; `limits.seconds` unless the caller has less left."""
    usage: Usage = field(default_factory=lambda: Usage(0.0, 0))
    spin_seconds: float = SPIN_SECONDS
    """How long each side waits for the other in a loop before it sleeps."""
    accounts: Accounts | None = None
    """What the kernel counts for it, if that was asked for and can be read."""
    _waiter: Waiter = field(init=False)
    _identities: list[str] = field(default_factory=list)
    _scratch: bytearray = field(default_factory=lambda: bytearray(_READ))

    def __post_init__(self) -> None:
        self.seconds = self.limits.seconds
        self._waiter = Waiter(self.channel, self.output)

    # --- calls

    def load(self, source: ModuleSource, *, seed: int) -> None:
        """Execute a file. Raises CallFailed if it can't be."""
        self.source = source
        request: dict[str, object] = {
            "op": "load",
            "file": source.file,
            "source": source.text,
            "module": source.module,
            "seed": seed,
            "spin": self.spin_seconds,
            "overrides": [[name, code.tree()] for name, code in source.overrides],
            "bounds": asdict(self.bounds),
            "request_base": self.bounds.bytes,
        }
        try:
            self._request(request, None)
        except wire.TooLarge as error:
            details = {"what": "bytes", "limit": error.limit}
            raise CallFailed(Failure(Kind.TOO_LARGE, details=details)) from None

    def call(
        self,
        name: str,
        args: Sequence[object] = (),
        kwargs: Mapping[str, object] | None = None,
        *,
        seed: int | None = None,
        forbidden: Mapping[str, str] | None = None,
    ) -> Reply:
        """Call a function of the loaded file; its value, or CallFailed.

        ``forbidden`` has a name to report for each call that is ruled out
        (`torchgrade.operators.seen_names`).
        """
        return self._call({"op": "call", "name": name}, args, kwargs or {}, seed, forbidden)

    def run(
        self,
        probe: wire.FunctionSource,
        args: Sequence[object] = (),
        *,
        seed: int | None = None,
        forbidden: Mapping[str, str] | None = None,
    ) -> Reply:
        """Run a function of the grader's beside the loaded module; its value, or CallFailed."""
        return self._call({"op": "run"}, (probe, *args), {}, seed, forbidden)

    def _call(
        self,
        request: dict[str, object],
        args: Sequence[object],
        kwargs: Mapping[str, object],
        seed: int | None,
        forbidden: Mapping[str, str] | None,
    ) -> Reply:
        message = wire.encode((tuple(args), dict(kwargs)), self.bounds, identities=True)
        request["arguments"] = message.tree
        if seed is not None:
            request["seed"] = seed
        if forbidden:
            request["forbidden"] = dict(forbidden)
        return self._request(request, message)

    def _request(self, request: dict[str, object], message: wire.Message | None) -> Reply:
        if not self.alive:
            raise EngineFault("a call to a student process that has ended")
        identity = self._next_identity()
        request["id"] = identity
        deadline = time.monotonic() + self.seconds
        parts = wire.pack(
            request,
            message,
            self.bounds,
            shared=self.shared,
            threshold=_THRESHOLD,
            base=self.bounds.bytes,
        )
        try:
            self._send(parts, deadline)
            tree, inline, size = self._receive(deadline)
        except wire.WireError as error:
            raise self._broken(str(error)) from None
        if tree.get("id") != identity:
            raise self._broken("it answered something that was not asked")
        return self._reply(tree, inline, size)

    def _next_identity(self) -> str:
        """What nobody can know before the request that bears it: drawn many at a time."""
        if not self._identities:
            drawn = secrets.token_hex(_IDENTITY // 2 * _IDENTITIES)
            self._identities = [
                drawn[start : start + _IDENTITY] for start in range(0, len(drawn), _IDENTITY)
            ]
        return self._identities.pop()

    # --- the channel

    def _wait(self, deadline: float, *, write: bool) -> None:
        """Wait until the channel is ready, draining output meanwhile."""
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise self._timed_out()
            if self._waiter.wait(left, write=write):
                return

    def _send(self, parts: list[bytes | memoryview], deadline: float) -> None:
        views = [memoryview(part) for part in parts if len(part)]
        while views:
            try:
                sent = self.channel.sendmsg(views[:64])
            except BlockingIOError:
                self._wait(deadline, write=True)
                continue
            except (BrokenPipeError, ConnectionResetError):
                raise self._ended() from None
            while views and sent >= len(views[0]):
                sent -= len(views.pop(0))
            if sent:
                views[0] = views[0][sent:]

    def _receive(self, deadline: float) -> tuple[dict[str, object], memoryview | None, int]:
        """The next message: its tree, its in-line bytes (or None) and the size of its bytes."""
        data = self._scratch
        have = self._fill(data, 0, wire.PREFIX.size, deadline)
        header, inline, shared = wire.unpack_prefix(data[: wire.PREFIX.size], self.bounds)
        end = wire.PREFIX.size + header + inline
        if have > end:
            raise wire.WireError("more than one answer")
        if end > len(data):
            data = data[:have] + bytes(end - have)
        if have < end and self._fill(data, have, end, deadline) > end:
            raise wire.WireError("more than one answer")
        body = memoryview(data)[wire.PREFIX.size + header : end]
        tree = wire.parse(data[wire.PREFIX.size : wire.PREFIX.size + header])
        return (tree, None, shared) if shared else (tree, body, inline)

    def _fill(self, data: bytearray, have: int, need: int, deadline: float) -> int:
        """Read into ``data`` until it holds ``need`` bytes or more; how many it holds."""
        with memoryview(data) as view:
            spin = time.monotonic() + self.spin_seconds
            while have < need:
                if time.monotonic() > spin:
                    self._wait(deadline, write=False)
                try:
                    count = self.channel.recv_into(view[have:])
                except BlockingIOError:
                    os.sched_yield()
                    continue
                except ConnectionResetError:
                    count = 0
                if count == 0:
                    raise self._ended()
                have += count
        return have

    # --- replies

    def _reply(self, tree: dict[str, object], inline: memoryview | None, size: int) -> Reply:
        status = tree.get("status")
        if "imported" in tree:
            self._note(tree["imported"])
        operators = self._operators(tree.get("operators"))
        if status == "ok":
            try:
                value, layouts = wire.decode(
                    tree.get("value"),
                    self.bounds,
                    inline=inline,
                    shared=self.shared,
                    size=size,
                )
            except wire.WireError as error:
                raise self._broken(str(error)) from None
            return Reply(value, tuple(layouts), operators)
        if operators:
            raise CallFailed(Failure(Kind.FORBIDDEN, details={"operators": list(operators)}))
        raise CallFailed(self._failure(str(status), tree))

    def _note(self, told: object) -> None:
        """Tell the server of slow imports. If it is a lie, forks begin with more than they need."""
        if isinstance(told, list):
            self.server.note_imports([name for name in SLOW_IMPORTS if name in told])

    def _failure(self, status: str, tree: dict[str, object]) -> Failure:
        if status == "raised":
            return self._raised(tree)
        if status in ("missing_name", "not_callable"):
            near = tree.get("near")
            details = {
                "name": _text(tree.get("name"), 100),
                "near": _text(near, 100) if isinstance(near, str) else None,
            }
            return Failure(Kind(status), details=details)
        if status == "unsupported":
            where = _text(tree.get("where"), 200)
            told = {"what": _text(tree.get("what"), 200), "remedy": None if where else "tensor"}
            return Failure(Kind.UNSUPPORTED, details=told, where=where)
        if status == "too_large":
            limits = {
                "items": ("items", self.bounds.items),
                "depth": ("depth", self.bounds.depth),
                "keys": ("items", wire.ODD_KEYS),
                "header": ("bytes", self.bounds.header),
                "integer": ("bytes", wire.INTEGER_BITS // 8),
            }
            told_what = _text(tree.get("what"), 20)
            what, limit = limits.get(told_what, ("bytes", self.bounds.bytes))
            return Failure(Kind.TOO_LARGE, details={"what": what, "limit": limit})
        raise self._broken("a status that there is not")

    def _raised(self, tree: dict[str, object]) -> Failure:
        types = tree.get("types")
        names = [_text(name, 160) for name in types][:20] if isinstance(types, list) else []
        message = _text(tree.get("message"), 2000)
        frames = self._frames(tree.get("frames"))
        details: dict[str, object] = {
            "type": names[0] if names else "Exception",
            "types": names,
            "message": message,
        }
        kind = Kind.RAISED
        # PyTorch raises it, too, called from the student's code: "not implemented for 'Long'".
        if "NotImplementedError" in names and tree.get("own_raise") is True:
            kind = Kind.NOT_STARTED
        elif "SystemExit" in names:
            kind, details = Kind.EXITED, {"code": message}
        elif "RecursionError" in names:
            kind = Kind.RECURSION
        elif "MemoryError" in names or ("RuntimeError" in names and "allocate memory" in message):
            kind, details["bytes"] = Kind.MEMORY, self.limits.memory
        elif tree.get("own") is True and "SyntaxError" in names:
            kind = Kind.SYNTAX
            line = tree.get("line")
            details["line"] = line if type(line) is int else None
            frames = (*frames, *self._frames([[line, ""]]))
        return Failure(kind, details=details, frames=frames)

    def _frames(self, told: object) -> tuple[Frame, ...]:
        """Lines of the student's file, taken from our copy of it."""
        if not isinstance(told, list) or self.source is None:
            return ()
        lines = self.source.text.splitlines()
        frames = []
        for entry in told[:20]:
            if not (isinstance(entry, list) and len(entry) == 2 and type(entry[0]) is int):
                continue
            number = entry[0]
            if 1 <= number <= len(lines):
                source = lines[number - 1].strip()
                frames.append(Frame(self.source.file, number, _text(entry[1], 80), source))
        return tuple(frames)

    def _operators(self, told: object) -> tuple[str, ...]:
        if not isinstance(told, list):
            return ()
        return tuple(_text(name, 80) for name in told[:50])

    # --- ends

    def _timed_out(self) -> CallFailed:
        self.output.drain()
        self.end()
        return CallFailed(Failure(Kind.TIMEOUT, details={"seconds": self.seconds}))

    def _broken(self, reason: str) -> CallFailed:
        self.end()
        return CallFailed(Failure(Kind.PROTOCOL, details={"reason": reason}))

    def _ended(self) -> CallFailed:
        """The channel closed: ask the kernel, through the fork server, how it came to that."""
        self.output.drain()
        told = self.end(patience=_ENDING_SECONDS)
        if not told:
            raise EngineFault("the fork server ended, and the student process with it")
        number = told.get("signal")
        if told.get("by_itself") is not True:
            reason = "it closed its channel to the grader"
            return CallFailed(Failure(Kind.PROTOCOL, details={"reason": reason}))
        if isinstance(number, int):
            used_up = self.usage.cpu_seconds >= max(1, int(self.limits.exercise_seconds))
            if number == signal.SIGXCPU or (number == signal.SIGKILL and used_up):
                seconds = {"seconds": self.limits.exercise_seconds}
                return CallFailed(Failure(Kind.CPU_TIME, details=seconds))
            return CallFailed(Failure(Kind.SIGNAL, details={"signal": _signal_name(number)}))
        return CallFailed(Failure(Kind.EXITED, details={"code": told.get("code")}))

    def end(self, *, patience: float = 0.0) -> dict[str, object]:
        """Kill the process and all that it started. Safe to call twice.

        It gets ``patience`` seconds to end by itself first. Returns how it ended, as the fork
        server tells it; nothing if there is none any more.
        """
        if not self.alive:
            return {}
        self.alive = False
        told: dict[str, object] = {}
        try:
            try:
                told = self.server.ask({"op": "end", "pid": self.pid, "patience": patience})
            except EngineFault:
                self._orphaned()
            self.output.drain()
        finally:
            self.channel.close()
            self.output.close()
            if self.accounts is not None:
                self.accounts.close()
            if self.shared is not None:
                self.shared.close()
        cpu, memory = told.get("cpu", 0.0), told.get("memory", 0)
        if isinstance(cpu, (int, float)) and isinstance(memory, int):
            self.usage = Usage(float(cpu), memory)
        return told

    def _orphaned(self) -> None:
        """The server was killed and took its children along, but not what these started."""
        if self.server.level is not Level.JAIL and not self.server.closed:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)


class Sandbox:
    """Makes student processes by way of a fork server."""

    def __init__(self, server: Server, *, spin: bool = True) -> None:
        """``spin``: wait for each other in a loop before sleeping, which is quicker by half as
        long as nobody else wants the core."""
        self._server = server
        self._spin_seconds = SPIN_SECONDS if spin else 0.0

    def spawn(
        self, limits: Limits, bounds: wire.Bounds | None = None, *, watched: bool = False
    ) -> StudentProcess:
        """A fresh confined process, ready to load a file. Raises EngineFault.

        A ``watched`` one has `StudentProcess.accounts`, where the kernel keeps them.
        """
        bounds = bounds or wire.Bounds()
        line = self._server.open(limits, bounds.bytes, watched=watched)
        shared = None if line.shared is None else wire.Shared(line.shared)
        student = StudentProcess(
            *(self._server, line.pid, line.channel, shared, limits, bounds, line.output),
            spin_seconds=self._spin_seconds,
            accounts=line.accounts,
        )
        self._greet(student)
        return student

    def _greet(self, student: StudentProcess) -> None:
        """Wait for the worker's first word: what comes before it can't be student code's doing."""
        try:
            tree, _, _ = student._receive(time.monotonic() + _READY_SECONDS)
        except (CallFailed, wire.WireError):
            words = student.output.take().strip()
            student.end()
            raise EngineFault(f"a student process could not be confined: {words}") from None
        if tree.get("ready") is not True:
            student.end()
            raise EngineFault("a student process began with the wrong word")

    @contextlib.contextmanager
    def student(self, limits: Limits) -> Iterator[StudentProcess]:
        """A student process for the length of a ``with`` block."""
        process = self.spawn(limits)
        try:
            yield process
        finally:
            process.end()


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _text(value: object, limit: int) -> str:
    return value[:limit] if isinstance(value, str) else ""
