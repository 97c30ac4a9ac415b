"""The student's side of the wall: loads one file and answers calls of its functions.

Runs in a confined process, beside student code, which may do to this module whatever it
likes. So nothing here decides anything: the grader believes only the data, and those only
if they are the right ones. Nothing of the engine but `wire` is imported, and no test,
expected value or tolerance ever comes here.
"""

from __future__ import annotations

import difflib
import importlib
import json
import linecache
import opcode
import os
import random
import socket
import sys
import time
import types
from collections.abc import Callable, Mapping
from typing import Any, TextIO, TypeAlias, cast

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from torchgrade.sandbox import wire
from torchgrade.sandbox.levels import SLOW_IMPORTS

__all__ = ["name_of_call", "rehearse", "serve", "serve_on"]

_FRAMES = 20
_MESSAGE = 2000
_THRESHOLD = 64 << 10
_READ = 1 << 17
_RAISE = opcode.opmap["RAISE_VARARGS"]


_Arguments: TypeAlias = tuple[tuple[Any, ...], dict[str, Any]]


class _ForbiddenError(RuntimeError):
    """Raised inside student code where it calls an operator that the exercise rules out."""


class _Watch:
    """Which forbidden operators are called; ``forbidden`` has the author's name for each."""

    def __init__(self, forbidden: Mapping[str, str]) -> None:
        self.forbidden = forbidden
        self.called: list[str] = []

    def note(self, call: str) -> None:
        name = self.forbidden.get(call)
        if name is not None:
            if name not in self.called:
                self.called.append(name)
            raise _ForbiddenError(f"this exercise is to be solved without {name}")


def name_of_call(function: object) -> str:
    """One name for a function, method or property of torch, as it is dispatched on.

    Such as ``Tensor.add``, ``torch.conv2d``, ``torch._C._linalg.linalg_svd``.
    """
    name = getattr(function, "__name__", "")
    if name == "__get__":  # a property is read
        function = getattr(function, "__self__", None)
        name = getattr(function, "__name__", "")
    module = getattr(function, "__module__", None)
    if hasattr(function, "__objclass__") or module == "torch._tensor":
        return f"Tensor.{name}"
    return f"{module or 'torch'}.{name}"


class _PythonCalls(TorchFunctionMode):
    def __init__(self, watch: _Watch) -> None:
        super().__init__()
        self.watch = watch

    def __torch_function__(self, func, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]  # torch's own signature
        self.watch.note(name_of_call(func))
        return func(*args, **(kwargs or {}))


class _DispatchedCalls(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch's own hook
    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        # Else torch imports its compiler, a second's work, to keep it out of this class.
        return False

    def __init__(self, watch: _Watch) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # torch's own
        self.watch = watch

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]  # torch's own signature
        self.watch.note(f"aten.{func.overloadpacket.__name__}")
        return func(*args, **(kwargs or {}))


def _compiled(source: wire.FunctionSource, namespace: dict[str, object]) -> Callable[..., object]:
    """Bring a function of the grader's to life in ``namespace``."""
    for alias, module, attribute in source.imports:
        found: object = importlib.import_module(module)
        for part in filter(None, attribute.split(".")):
            found = getattr(found, part)
        namespace.setdefault(alias, found)
    for helper in source.helpers:
        _compiled(helper, namespace)
    exec(compile(source.code, "<test>", "exec", dont_inherit=True), namespace)
    return namespace[source.name]  # type: ignore[return-value]  # whoever wrote it said so


class _Worker:
    def __init__(self, channel: socket.socket, shared: int | None) -> None:
        self.channel = channel
        self.shared = None if shared is None else wire.Shared(shared)
        self.bounds = wire.Bounds()
        self.request_base = 0
        # How long to look for a request in a loop, which mostly follows the last at once. The
        # first may be long in coming.
        self.spin_seconds = 0.0
        self.scratch = bytearray(_READ)
        self.file = ""
        self.module: types.ModuleType | None = None
        self.functions: dict[wire.FunctionSource, Callable[..., object]] = {}
        self.not_imported = [name for name in SLOW_IMPORTS if name not in sys.modules]

    # --- the channel

    def receive(self) -> tuple[dict[str, object], memoryview | None, int]:
        data = self.scratch
        have = self.fill(data, 0, wire.PREFIX.size)
        header, inline, shared = wire.unpack_prefix(data[: wire.PREFIX.size], self.bounds)
        end = wire.PREFIX.size + header + inline
        if end > len(data):
            data = data[:have] + bytes(end - have)
        if have < end:
            self.fill(data, have, end)
        tree = wire.parse(data[wire.PREFIX.size : wire.PREFIX.size + header])
        if shared:
            return tree, None, shared
        return tree, memoryview(data)[wire.PREFIX.size + header : end], inline

    def fill(self, data: bytearray, have: int, need: int) -> int:
        """Read into ``data`` until it holds ``need`` bytes; how many it holds."""
        with memoryview(data) as view:
            spin = time.monotonic() + self.spin_seconds
            while have < need:
                try:
                    flags = socket.MSG_DONTWAIT if time.monotonic() < spin else 0
                    count = self.channel.recv_into(view[have:], 0, flags)
                except BlockingIOError:
                    os.sched_yield()
                    continue
                if count == 0:
                    os._exit(0)  # the grader is gone
                have += count
        return have

    def send(self, tree: dict[str, object], message: wire.Message | None = None) -> None:
        parts = wire.pack(
            tree, message, self.bounds, shared=self.shared, threshold=_THRESHOLD, base=0
        )
        if len(parts) == 1 or not hasattr(self.channel, "sendmsg"):  # which Windows lacks
            for part in parts:
                self.channel.sendall(part)
            return
        views = [memoryview(part) for part in parts if len(part)]
        while views:
            sent = self.channel.sendmsg(views[:64])
            while views and sent >= len(views[0]):
                sent -= len(views.pop(0))
            if sent:
                views[0] = views[0][sent:]

    # --- requests

    def serve(self) -> None:
        self.send({"ready": True})
        while True:
            request, inline, size = self.receive()
            tree, message = self.answer(request, inline, size)
            for stream in (sys.stdout, sys.stderr):
                try:  # noqa: SIM105  # a context manager takes as long as the flush, or longer
                    stream.flush()
                except Exception:  # the student may have replaced or closed it
                    pass
            tree.update(self.imported())
            try:
                self.send({"id": request["id"], **tree}, message)
            except wire.TooLarge as error:  # before a byte of it was sent
                self.send({"id": request["id"], "status": "too_large", "what": error.what})

    def imported(self) -> dict[str, list[str]]:
        """What of `SLOW_IMPORTS` has come since the last time, for the grader to note."""
        come = [name for name in self.not_imported if name in sys.modules]
        if not come:
            return {}
        self.not_imported = [name for name in self.not_imported if name not in come]
        return {"imported": come}

    def answer(
        self, request: dict[str, object], inline: memoryview | None, size: int
    ) -> tuple[dict[str, object], wire.Message | None]:
        watch = _Watch(request.get("forbidden", {}))  # type: ignore[arg-type]  # a dict of str
        try:
            if request["op"] == "load":
                self.load(request)
                return {"status": "ok", "value": None}, None
            value = self.call(request, inline, size, watch)
            message = wire.encode(value, self.bounds)
            return {"status": "ok", "value": message.tree, "operators": watch.called}, message
        except _NotThereError as absence:
            return absence.tree(), None
        except wire.Unsupported as error:
            told = {"status": "unsupported", "what": error.what, "where": error.where}
            return {**told, "operators": watch.called}, None
        except wire.TooLarge as error:
            told = {"status": "too_large", "what": error.what}
            return {**told, "operators": watch.called}, None
        except BaseException as error:  # whatever student code may raise
            return {**self.told(error), "operators": watch.called}, None

    def load(self, request: dict[str, object]) -> None:
        bounds = request["bounds"]
        self.bounds = wire.Bounds(**bounds)  # type: ignore[arg-type]  # the grader's own
        self.request_base = int(request["request_base"])  # type: ignore[call-overload]  # an int
        self.file, source = str(request["file"]), str(request["source"])
        name = str(request["module"])
        self.spin_seconds = float(request["spin"])  # type: ignore[arg-type]  # a float
        _seed(int(request["seed"]))  # type: ignore[call-overload]  # an int
        module = types.ModuleType(name)
        module.__file__ = self.file
        sys.modules[name] = module
        linecache.cache[self.file] = (len(source), None, source.splitlines(True), self.file)
        exec(compile(source, self.file, "exec", dont_inherit=True), module.__dict__)
        for target, override in request["overrides"]:  # type: ignore[attr-defined]  # a list of pairs
            function = wire.decode({"f": override}, self.bounds, inline=None, size=0, restore=True)
            implementation = _compiled(function[0], module.__dict__)  # type: ignore[arg-type]  # decoded from "f"
            # Messages of exceptions name it; they should read as a student's would.
            implementation.__name__ = implementation.__qualname__ = str(target)
            setattr(module, target, implementation)
        self.module = module

    def call(
        self, request: dict[str, object], inline: memoryview | None, size: int, watch: _Watch
    ) -> object:
        decoded, _ = wire.decode(
            request["arguments"],
            self.bounds,
            inline=inline,
            shared=self.shared,
            base=self.request_base,
            size=size,
            restore=True,
            revive=self.alive,
        )
        positional, keywords = cast(_Arguments, decoded)
        if "seed" in request:
            _seed(int(request["seed"]))  # type: ignore[call-overload]  # an int
        if request["op"] == "run":
            function, positional = positional[0], (self.module, *positional[1:])
        else:
            function = self.named(str(request["name"]))
        # Code that switched recording off for good in one test is not to fail the next by it.
        if not torch.is_grad_enabled():
            torch.set_grad_enabled(True)
        if not watch.forbidden:
            return function(*positional, **keywords)
        with _DispatchedCalls(watch), _PythonCalls(watch):
            return function(*positional, **keywords)

    def named(self, name: str) -> Callable[..., object]:
        names = vars(self.module)
        if name not in names:
            raise self.missing(name)
        if not callable(names[name]):
            raise _NotThereError("not_callable", name, None)
        return names[name]  # type: ignore[no-any-return]  # it is callable

    def missing(self, name: str) -> _NotThereError:
        names = [known for known in vars(self.module) if known[:2] != "__"]
        near = difflib.get_close_matches(name, names)
        return _NotThereError("missing_name", name, near[0] if near else None)

    def alive(self, source: wire.FunctionSource) -> Callable[..., object]:
        """The function of the grader's that has this source."""
        if source not in self.functions:
            self.functions[source] = _compiled(source, {"__name__": "test"})
        return self.functions[source]

    def told(self, error: BaseException) -> dict[str, object]:
        """An exception as data: its type, its message and the lines of the student's file."""
        frames = []
        trace = error.__traceback__
        innermost = own = False
        while trace is not None:
            code = trace.tb_frame.f_code
            innermost = code.co_filename == self.file
            own = innermost and code.co_code[trace.tb_lasti] == _RAISE
            if innermost:
                frames.append([trace.tb_lineno, code.co_name[:80]])
            trace = trace.tb_next
        module = self.module
        if not frames and isinstance(error, AttributeError) and module and error.obj is module:
            return self.missing(str(error.name)).tree()  # which a probe asked for
        if len(frames) > _FRAMES:
            frames = frames[: _FRAMES // 2] + frames[-_FRAMES // 2 :]
        try:
            message = str(error)[:_MESSAGE]
        except BaseException as second:  # __str__ is the student's too
            message = f"(its message could not be read: {type(second).__name__})"
        kinds = [
            kind.__name__[:80]
            if kind.__module__ == "builtins"
            else f"{kind.__module__}.{kind.__name__}"[:160]
            for kind in type(error).__mro__
        ]
        told: dict[str, object] = {"status": "raised", "types": kinds[:20], "message": message}
        told["own_raise"] = own
        if isinstance(error, SyntaxError):
            told["line"] = error.lineno
            told["message"] = str(error.msg)[:_MESSAGE]
            told["own"] = error.filename == self.file
        if isinstance(error, SystemExit):
            told["message"] = repr(error.code)[:_MESSAGE]
        told["frames"] = frames
        return told


class _NotThereError(Exception):
    """The file has no function of that name."""

    def __init__(self, status: str, name: str, near: str | None) -> None:
        super().__init__(name)
        self.status = status
        self.name = name
        self.near = near

    def tree(self) -> dict[str, object]:
        return {"status": self.status, "name": self.name, "near": self.near}


def _seed(seed: int) -> None:
    """Make what is random in student code repeat from run to run."""
    # torch.manual_seed() also notes for each kind of device where it was called, in a millisecond.
    torch.default_generator.manual_seed(seed)
    # Where CUDA may yet be started, it will begin with this; else its generators begin anyhow.
    if torch.cuda.is_initialized() or "CUDA_VISIBLE_DEVICES" in os.environ:  # type: ignore[no-untyped-call]  # torch's own
        torch.cuda.manual_seed_all(seed)
    random.seed(seed)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(seed % (1 << 32))


def rehearse() -> None:
    """Do once, before any fork, what every student process does and torch loads lazily."""
    _seed(0)
    bounds = wire.Bounds()
    message = wire.encode(torch.ones(2, requires_grad=True), bounds)
    inline = memoryview(b"".join(message.buffers))
    tree = wire.parse(json.dumps({"value": message.tree}).encode())
    wire.decode(tree["value"], bounds, inline=inline, size=len(inline), restore=True)
    watch = _Watch({"nothing": "nothing"})
    with _DispatchedCalls(watch), _PythonCalls(watch):
        torch.ones(2).add(1)


def _line_by_line(descriptor: int) -> TextIO:
    return os.fdopen(descriptor, "w", buffering=1, encoding="utf-8", errors="backslashreplace")


def serve(descriptor: int, shared: int | None) -> None:
    """`serve_on` a descriptor, with standard output and error on descriptors 1 and 2."""
    # The fork server's own streams were opened on something else.
    sys.stdout = _line_by_line(1)
    sys.stderr = _line_by_line(2)
    serve_on(socket.socket(fileno=descriptor), shared)


def serve_on(channel: socket.socket, shared: int | None) -> None:
    """Answer requests on a connected socket until it closes. Does not return normally."""
    _Worker(channel, shared).serve()
