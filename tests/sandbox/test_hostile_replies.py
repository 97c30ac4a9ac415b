"""Whatever arrives in place of an answer: never a crash, never a hang, never a wrong value."""

from __future__ import annotations

import json
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

import pytest
import torch
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from torchgrade.result import Kind
from torchgrade.sandbox import wire
from torchgrade.sandbox.client import CallFailed, ModuleSource, StudentProcess
from torchgrade.sandbox.levels import Level, Limits
from torchgrade.sandbox.line import Output
from torchgrade.sandbox.server import ForkServer

from .grounds import Ground, kind_of

quick = settings(
    database=None,
    deadline=None,
    max_examples=150,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)

_MAGIC = 0x54475231
_BOUNDS = wire.Bounds(bytes=1 << 20, header=1 << 16, items=1000, depth=16)


class _Absent(ForkServer):
    """Stands for a fork server: says that every process ended by itself with code 0."""

    @property
    def level(self) -> Level:
        return Level.PROCESS

    def ask(self, request: dict[str, object], descriptors: Sequence[int] = ()) -> dict[str, object]:
        return {"by_itself": True, "signal": None, "code": 0, "cpu": 0.0, "memory": 0}


@contextmanager
def _student(seconds: float = 5.0) -> Iterator[tuple[StudentProcess, socket.socket]]:
    """The trusted side of a process, and the other end of its channel."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    ours.setblocking(False)
    theirs.settimeout(10)
    output, output_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    shared = os.memfd_create("shared")
    os.ftruncate(shared, 2 * _BOUNDS.bytes)
    process = StudentProcess(
        _Absent(),
        0,
        ours,
        wire.Shared(shared),
        Limits(seconds=seconds),
        _BOUNDS,
        Output(output, 1024),
    )
    process.source = ModuleSource("def f():\n    pass\n", "student.py", "student")
    try:
        with theirs:
            yield process, theirs
    finally:
        os.close(output_end)
        process.end()


def _message(tree: object, data: bytes = b"") -> bytes:
    header = json.dumps(tree).encode()
    return struct.pack("<IIQQ", _MAGIC, len(header), len(data), 0) + header + data


def _answer(make: Callable[[str], bytes], *, seconds: float = 5.0, first: int = 0) -> object:
    """What a call gives if ``make(id)`` are the bytes that come back; then the channel closes.

    With ``first`` so many bytes come some time before the rest.
    """
    with _student(seconds) as (process, theirs):

        def serve() -> None:
            magic, header, inline, _ = struct.unpack("<IIQQ", theirs.recv(24, socket.MSG_WAITALL))
            assert magic == _MAGIC
            request = json.loads(theirs.recv(header + inline, socket.MSG_WAITALL)[:header])
            try:
                data = make(request["id"])
                if first:
                    theirs.sendall(data[:first])
                    time.sleep(0.05)
                theirs.sendall(data[first:])
                theirs.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # the grader had read enough

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            return process.call("f").value
        finally:
            thread.join()


def _is_data(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_is_data, value))
    if isinstance(value, dict):
        return all(map(_is_data, value)) and all(map(_is_data, value.values()))
    kinds = (type(None), bool, int, float, complex, str, bytes, torch.dtype, torch.device)
    return isinstance(value, (*kinds, torch.Tensor, torch.Size))


@quick
@given(st.binary(max_size=200))
@example(b"")
@example(struct.pack("<IIQQ", _MAGIC, 0xFFFFFFFF, 0, 0))
@example(struct.pack("<IIQQ", _MAGIC, 2, 1 << 63, 0) + b"{}")
@example(struct.pack("<IIQQ", _MAGIC, 2, 0, 1 << 63) + b"{}")
@example(struct.pack("<IIQQ", _MAGIC, 2, 8, 8) + b"{}")
@example(struct.pack("<IIQQ", _MAGIC, 0, 0, 0))
def test_random_bytes_are_no_answer(data: bytes) -> None:
    """Bytes that are not a message end in a failure."""
    with pytest.raises(CallFailed):
        _answer(lambda _: data)


@quick
@given(st.data())
def test_mutated_answers(data: st.DataObject) -> None:
    """A valid answer with some bytes changed is data or a failure."""
    tree = {"u": [{"T": "float32|2,3|3,1|2|cpu"}, {"d": [["k", {"b": 4}]]}, 1.5, "text"]}

    def make(identity: str) -> bytes:
        good = _message({"id": identity, "status": "ok", "value": tree}, bytes(28))
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, len(good) - 1))
            change = data.draw(st.sampled_from(["flip", "cut", "insert"]))
            if change == "flip":
                bit = 1 << data.draw(st.integers(0, 7))
                good = good[:at] + bytes([good[at] ^ bit]) + good[at + 1 :]
            elif change == "cut":
                good = good[:at] + good[at + data.draw(st.integers(1, 30)) :]
                good = good or b"x"
            else:
                good = good[:at] + data.draw(st.binary(min_size=1, max_size=30)) + good[at:]
        return good

    # The bytes are drawn where hypothesis looks on, not in the thread that sends them.
    sent: list[bytes] = []

    def later(identity: str) -> bytes:
        return sent[0].replace(b"0" * 16, identity.encode())

    sent.append(make("0" * 16))
    with suppress(CallFailed):
        assert _is_data(_answer(later))


def _listed(sizes: list[int]) -> str:
    return ",".join(map(str, sizes))


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**400), 10**400)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([*wire.DTYPES, "cpu", "cuda:0", "meta", "0x1f", "ok", "raised"]),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.sampled_from([*"TudcbSyvi=f", "x"]), inner, max_size=2)
        | st.tuples(
            st.sampled_from(list(wire.DTYPES)),
            st.lists(st.integers(-3, 1 << 62) | st.integers(0, 3), max_size=5).map(_listed),
            st.lists(st.integers(-3, 1 << 62) | st.integers(0, 3), max_size=5).map(_listed),
            st.integers(0, 4).map(str),
            st.sampled_from(["cpu", "meta", ""]),
        ).map(lambda node: {"T": "|".join(node)})
    ),
    max_leaves=15,
)


@quick
@given(json_values, st.binary(max_size=64))
def test_hostile_trees(tree: object, data: bytes) -> None:
    """Any JSON in the place of a value is data or a failure."""
    try:
        value = _answer(
            lambda identity: _message({"id": identity, "status": "ok", "value": tree}, data)
        )
    except CallFailed:
        return
    assert _is_data(value)


@quick
@given(st.dictionaries(st.text(max_size=6), json_values, max_size=3), json_values, json_values)
def test_hostile_failures(extra: dict[str, object], told: object, status: object) -> None:
    """Any JSON in the place of a failure's parts is a failure."""
    names = ("types", "message", "frames", "line", "own", "near", "what", "where", "operators")
    for word in ("raised", "missing_name", "unsupported", "too_large", status):
        if word == "ok":
            continue
        tree = {**extra, **dict.fromkeys(names, told), "status": word}
        with pytest.raises(CallFailed) as raised:
            _answer(lambda identity, tree=tree: _message({**tree, "id": identity}))  # type: ignore[misc]  # bound at once
        assert raised.value.failure.kind is not None


def _many(size: int, count: int) -> str:
    return ",".join([str(size)] * count)


@pytest.mark.parametrize(
    "node",
    [
        {"T": "float32|3|1|0|cpu"},  # more than its bytes
        {"T": "float32|-1|1|0|cpu"},
        {"T": f"float32|{1 << 62},{1 << 62}|1,1|0|cpu"},
        {"T": f"float32|{_many(1 << 47, 64)}|{_many(1, 64)}|0|cpu"},
        {"T": f"float32|0,{_many(1 << 47, 63)}|{_many(1, 64)}|0|cpu"},
        {"T": f"float32|{_many(1, 65)}|{_many(1, 65)}|0|cpu"},
        {"T": f"float32|{10**30}|1|0|cpu"},
        {"T": f"float32|{_many(0, 5000)}|{_many(0, 5000)}|0|cpu"},
        {"T": "float32|2|1,1|0|cpu"},
        {"T": "float32|2.0|1|0|cpu"},
        {"T": "float32|2,|1|0|cpu"},
        {"T": "float32|\u0662|1|0|cpu"},
        {"T": "float32|+2|1|0|cpu"},
        {"T": "float32| 2|1|0|cpu"},
        {"T": "float32|2|1||cpu"},
        {"T": "float32|2|1|4|cpu"},
        {"T": "object|1|1|0|cpu"},
        {"T": "|1|1|0|cpu"},
        {"T": "float32|2|1|0|" + 33 * "c"},
        {"T": "float32|2|1|0"},
        {"T": "float32|2|1|0|cpu\n"},
        {"T": ["float32", [2], [1], 0]},
        {"T": None},
        {"T": ""},
        {"b": -1},
        {"b": 1 << 40},
        {"b": True},
        {"S": [1 << 63]},
        {"S": [True]},
        {"S": [2.0]},
        {"S": "12"},
        {"S": [0] * 2000},
        {"i": "0x" + "f" * 5000},
        {"i": "1.5"},
        {"i": 5},
        {"y": "float33"},
        {"v": "nowhere:1"},
        {"v": "cpu" * 20},
        {"c": [1, 2]},
        {"c": [1.0]},
        {"=": 0},
        {"f": {"name": "f", "code": "", "imports": [], "helpers": []}},
        {"d": [[{"d": []}, 1]]},
        {"d": [[[1], 1]]},
        {"d": [[{"T": "float32|2|1|0|cpu"}, 1]]},
        {"d": [[{"u": [{"T": "float32|2|1|0|cpu"}]}, 1]]},
        {"d": [1]},
        {"u": {}},
        {"T": "float32|2|1|0|cpu", "u": []},
        {},
        1 << 64,
        [0] * 2000,
    ],
)
def test_lies(node: object) -> None:
    """Wrong shapes, lengths, dtypes, sizes and forms are a broken wire, whatever they claim."""
    kind, _ = kind_of(
        lambda: _answer(
            lambda identity: _message({"id": identity, "status": "ok", "value": node}, bytes(8))
        )
    )
    assert kind is Kind.PROTOCOL


@pytest.mark.parametrize(
    "text",
    [
        '{"id": ID, "status": "ok", "value": ' + "9" * 50_000 + "}",
        '{"id": ID, "status": "ok", "value": ' + "[" * 20_000 + "]" * 20_000 + "}",
        '{"id": ID, "status": "ok", "value": ' + '{"u":[' * 5_000 + "]}" * 5_000 + "}",
        '{"id": ID, "status": "ok", "value": {"T": ["float32", [' + "9" * 5_000 + "], [1], 0]}}",
        '{"id": ID, "status": "ok", "value": "\xff"}',
        '{"id": ID, "status": "ok"',
        "[1]",
        "null",
        "",
    ],
)
def test_lies_in_json(text: str) -> None:
    """A number of many digits, a deep nest and what is not JSON are a broken wire."""

    def make(identity: str) -> bytes:
        header = text.replace("ID", f'"{identity}"').encode("latin-1")
        return struct.pack("<IIQQ", _MAGIC, len(header), 0, 0) + header

    assert kind_of(lambda: _answer(make))[0] is Kind.PROTOCOL


def test_keys_made_to_collide() -> None:
    """Keys of one hash, by thousands, are refused instead of compared with each other."""
    keys = [{"i": hex(n * ((1 << 61) - 1))} for n in range(10, 20_000)]
    bounds = wire.Bounds()
    with pytest.raises(wire.WireError, match="keys"):
        wire.decode({"d": [[key, None] for key in keys]}, bounds, inline=memoryview(b""), size=0)


def test_a_byte_of_seven_is_true() -> None:
    """A bool tensor holds true and false and nothing between."""
    node = {"T": "bool|4|1|0|cpu"}
    value = _answer(
        lambda identity: _message(
            {"id": identity, "status": "ok", "value": node}, bytes([0, 1, 7, 255])
        )
    )
    assert isinstance(value, torch.Tensor)
    assert bytes(value.view(torch.uint8).numpy()) == bytes([0, 1, 1, 1])


def test_a_wrong_id_is_no_answer() -> None:
    """Only the answer to the open request counts, however right it looks."""
    for wrong in ("", "0" * 16, None, 7, ["x"], True):
        kind, _ = kind_of(
            lambda wrong=wrong: _answer(  # type: ignore[misc]  # bound at once
                lambda _: _message({"id": wrong, "status": "ok", "value": 1})
            )
        )
        assert kind is Kind.PROTOCOL


def test_answers_before_the_question() -> None:
    """What was sent before a call was made does not answer it."""
    with _student() as (process, theirs):
        theirs.sendall(_message({"id": "0" * 16, "status": "ok", "value": 1}))
        assert kind_of(lambda: process.call("f"))[0] is Kind.PROTOCOL


@pytest.mark.parametrize("first", [10, 30, 1000])
def test_two_answers(first: int) -> None:
    """Of two answers to one question none counts, in whatever portions they come."""

    def make(identity: str) -> bytes:
        return _message({"id": identity, "status": "ok", "value": 1}) + _message(
            {"id": identity, "status": "ok", "value": 2}
        )

    assert kind_of(lambda: _answer(make, first=first))[0] is Kind.PROTOCOL


def test_endless_output() -> None:
    """A drain ends, and keeps what fits, though there is always more to read."""
    descriptor = os.open("/dev/zero", os.O_RDONLY)
    output = Output(descriptor, 100)
    try:
        assert output.drain()
    finally:
        output.close()
    assert output.take().startswith("\0" * 100 + "\n[... ")


def test_an_answer_that_never_ends() -> None:
    """Half an answer and then nothing is a time-out."""
    with _student(seconds=0.2) as (process, theirs):
        theirs.sendall(struct.pack("<IIQQ", _MAGIC, 2, 1000, 0) + b"{}")
        assert kind_of(lambda: process.call("f"))[0] is Kind.TIMEOUT


def test_nobody_reads() -> None:
    """Arguments that nobody takes are a time-out too."""
    with _student(seconds=0.2) as (process, theirs):
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        assert kind_of(lambda: process.call("f", ["x" * 8000] * 1))[0] is Kind.TIMEOUT


# --- the same from within a real process

_FORGER = """
import ctypes, gc, json, os, socket, struct, sys, threading, time, mmap, fcntl
import torch

def worker():
    frame = sys._getframe()
    while frame is not None:
        if "request" in frame.f_locals and "id" in frame.f_locals["request"]:
            return frame.f_locals["request"]["id"]
        frame = frame.f_back

def forged(identity, value, data=b"", shared=0):
    header = json.dumps({"id": identity, "status": "ok", "value": value}).encode()
    return struct.pack("<IIQQ", 0x54475231, len(header), len(data), shared) + header + data

def honest():
    return 1

def garbage():
    os.write(3, os.urandom(4096))
    return 1

def its_own_answer_twice():
    os.write(3, forged(worker(), 5))
    return 5

def an_old_id():
    global old
    old = worker()
    return 1

def use_the_old_id():
    os.write(3, forged(old, 5))
    time.sleep(600)

def early():
    identity = worker()
    def later():
        time.sleep(0.3)
        os.write(3, forged(identity, 6))
    threading.Thread(target=later).start()
    return 1

def wait():
    time.sleep(1)
    return 1

def shared_promise():
    os.write(3, forged(worker(), {"T": f"float32|{1 << 18}|1|0|cpu"}, shared=1 << 40))
    time.sleep(600)

def shrink():
    try:
        os.ftruncate(4, 0)
        return "shrunk"
    except OSError as error:
        return error.errno

def grow():
    try:
        os.ftruncate(4, 1 << 33)
        return "grown"
    except OSError as error:
        return error.errno

def append_only():
    fcntl.fcntl(4, fcntl.F_SETFL, os.O_APPEND)
    return 1

def big(value):
    return value * 2

def keep_writing():
    memory = mmap.mmap(4, 1 << 20)
    def spin():
        while True:
            memory[:] = bytes(1 << 20)
    threading.Thread(target=spin, daemon=True).start()
    return torch.ones(1 << 17)
"""


@pytest.fixture
def forger(ground: Ground) -> StudentProcess:
    return ground.student(_FORGER, limits=Limits(seconds=2.0))


@pytest.mark.parametrize("way", ["garbage", "use_the_old_id", "shared_promise"])
def test_forgeries(forger: StudentProcess, way: str) -> None:
    """Student code that writes to the channel itself breaks its own process, no more."""
    assert forger.call("an_old_id").value == 1
    assert kind_of(lambda: forger.call(way))[0] is Kind.PROTOCOL
    assert not forger.alive


def test_a_second_answer_never_reaches_the_next_call(forger: StudentProcess) -> None:
    """Forged early or late, an answer counts for no call but its own."""
    try:
        assert forger.call("its_own_answer_twice").value == 5
    except CallFailed as error:
        assert error.failure.kind is Kind.PROTOCOL
        return
    assert kind_of(lambda: forger.call("honest"))[0] is Kind.PROTOCOL


def test_a_late_answer_is_not_the_next_ones(forger: StudentProcess) -> None:
    """An answer sent after its call was over does not answer the call that is open then."""
    assert forger.call("early").value == 1
    assert kind_of(lambda: forger.call("wait"))[0] is Kind.PROTOCOL


def test_shared_memory_keeps_its_size(forger: StudentProcess) -> None:
    """It can be neither shrunk under the grader's hands nor grown."""
    assert forger.call("shrink").value == 1  # EPERM
    assert forger.call("grow").value in (1, 27)  # EPERM, or EFBIG by the limit on files


def test_flags_of_shared_memory_are_each_sides_own(forger: StudentProcess) -> None:
    """O_APPEND, set on the student's side, does not turn the grader's writes aside."""
    assert forger.call("append_only").value == 1
    value = torch.arange(1 << 16, dtype=torch.float64)
    try:
        back = forger.call("big", [value]).value
    except CallFailed as error:
        # Its own writes fail now; that is its own loss.
        assert error.failure.kind is Kind.EXITED
    else:
        assert isinstance(back, torch.Tensor)
        assert torch.equal(back, value * 2)


def test_the_graders_copy_does_not_change(forger: StudentProcess) -> None:
    """Writing to shared memory after the answer changes nothing that the grader holds."""
    value = forger.call("keep_writing").value
    assert isinstance(value, torch.Tensor)
    before = value.clone()
    forger.call("honest")
    assert torch.equal(value, before)
