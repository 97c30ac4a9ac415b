"""Every limit has an outcome of its own, and costs the call that ran into it."""

from __future__ import annotations

import os

import pytest

from torchgrade.result import Kind
from torchgrade.sandbox.levels import Limits
from torchgrade.sandbox.wire import Bounds

from .grounds import BOTH_WAYS, Ground, kind_of

pytestmark = pytest.mark.parametrize("ground", BOTH_WAYS, indirect=True)

_MIB = 1 << 20


def test_wall_time(ground: Ground) -> None:
    """A call that takes too long ends in a time-out that says how long it had."""
    student = ground.student("import time\ndef f():\n    time.sleep(600)\n")
    student.seconds = 0.2
    kind, failure = kind_of(lambda: student.call("f"))
    assert kind is Kind.TIMEOUT
    assert failure.details == {"seconds": 0.2}
    assert not student.alive


def test_wall_time_of_loading(ground: Ground) -> None:
    """A file that never finishes loading is a time-out too."""
    with ground.cleared():
        kind, _ = kind_of(
            lambda: ground.student("while True:\n    pass\n", limits=Limits(seconds=0.2))
        )
    assert kind is Kind.TIMEOUT


def test_processor_time(ground: Ground) -> None:
    """Processor time is counted over all calls, whatever the clock on the wall says."""
    student = ground.student(
        "def f():\n    while True:\n        pass\n",
        limits=Limits(seconds=60, exercise_seconds=1),
    )
    kind, failure = kind_of(lambda: student.call("f"))
    assert kind is Kind.CPU_TIME
    assert failure.details == {"seconds": 1}


@pytest.mark.parametrize(
    "body",
    [
        "torch.zeros(1 << 26)",
        "torch.empty(1 << 40)",
        "bytearray(1 << 28)",
        "[bytes(1 << 20) for _ in range(300)]",
    ],
)
def test_memory(ground: Ground, body: str) -> None:
    """Too large a tensor or object is a failure that names the limit, and the process lives on."""
    limits = Limits(memory=128 * _MIB)
    student = ground.student(
        f"import torch\ndef f():\n    return len({body})\ndef g():\n    return 1\n", limits=limits
    )
    kind, failure = kind_of(lambda: student.call("f"))
    assert kind is Kind.MEMORY
    assert failure.details["bytes"] == limits.memory
    assert student.call("g").value == 1


def test_recursion(ground: Ground) -> None:
    """Endless recursion is told as that."""
    student = ground.student("def f(n):\n    return f(n + 1)\n")
    assert kind_of(lambda: student.call("f", [0]))[0] is Kind.RECURSION


def test_recursion_beyond_the_stack(ground: Ground) -> None:
    """With Python's own limit lifted it is the kernel that says stop."""
    student = ground.student(
        "import sys\nsys.setrecursionlimit(10**9)\n"
        "class A:\n    def __repr__(self):\n        return repr(self)\n"
        "def f():\n    return repr(A())\n",
        limits=Limits(memory=128 * _MIB),
    )
    expected = {Kind.RECURSION, Kind.MEMORY, Kind.SIGNAL}
    assert kind_of(lambda: student.call("f"))[0] in expected


def test_threads(ground: Ground) -> None:
    """There is an end to threads: the kernel's count in a jail, memory for root elsewhere."""
    student = ground.student(
        """
        import resource, threading
        def f(wanted):
            stop, started = threading.Event(), 0
            try:
                while started < wanted:
                    threading.Thread(target=stop.wait, daemon=True).start()
                    started += 1
            except RuntimeError:
                pass
            stop.set()
            return started, resource.getrlimit(resource.RLIMIT_NPROC)[0]
        """,
        limits=Limits(memory=256 * _MIB),
    )
    started, bound = ground.pair(student, "f", 200)
    assert started < 200
    if ground.jailed:
        assert bound == 1 + 64
    elif os.getuid() != 0:
        assert bound < 1 << 20


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_output_is_kept_up_to_its_limit(ground: Ground, stream: str) -> None:
    """A flood costs nothing but itself: the value comes back, the head of the output is kept."""
    student = ground.student(
        f"import sys\ndef f():\n    for n in range(3000):\n"
        f"        print('x' * 999, file=sys.{stream})\n    return 7\n",
        limits=Limits(output=4096),
    )
    assert student.call("f").value == 7
    text = student.output.take()
    assert text.startswith("x" * 999)
    assert len(text) < 4096 + 100
    assert "bytes more" in text
    assert student.output.take() == ""


def test_an_endless_flood_is_a_time_out(ground: Ground) -> None:
    """Not even through a pipe made as large as may be does it keep the grader reading."""
    student = ground.student(
        """
        import fcntl, os
        def f():
            try:
                fcntl.fcntl(1, 1031, 1 << 20)
            except OSError:
                pass
            block = bytes(1 << 20)
            while True:
                os.write(1, block)
        """,
        limits=Limits(output=1024),
    )
    student.seconds = 0.5
    assert kind_of(lambda: student.call("f"))[0] is Kind.TIMEOUT


def test_file_size(ground: Ground) -> None:
    """A file that grows too large is an error for the student to handle, not a death."""
    student = ground.student(
        """
        import errno
        def f():
            try:
                with open("big", "wb", buffering=0) as file:
                    return sum(file.write(bytes(1 << 16)) for _ in range(40))
            except OSError as error:
                return errno.errorcode[error.errno]
        """,
        bounds=Bounds(bytes=_MIB),
    )
    assert student.call("f").value == "EFBIG"


def test_disk(ground: Ground) -> None:
    """A jail's folder holds 64 MiB and 4096 files; outside a jail no such limit is there."""
    student = ground.student(
        """
        import errno, os
        def fill(count, size):
            try:
                for n in range(count):
                    with open(f"{size}-{n}", "wb", buffering=0) as file:
                        if size:
                            file.truncate(size)
                            os.posix_fallocate(file.fileno(), 0, size)
            except OSError as error:
                return errno.errorcode[error.errno]
            finally:
                for name in os.listdir("."):
                    os.unlink(name)
        """
    )
    student.seconds = 120  # without a jail it is a disk, which may be slow
    expected = "ENOSPC" if ground.jailed else None
    assert student.call("fill", [5, 16 * _MIB]).value == expected
    assert student.call("fill", [5000, 0]).value == expected


def test_open_files(ground: Ground) -> None:
    """Descriptors run out long before the machine's do."""
    student = ground.student(
        """
        import errno
        def f():
            kept = []
            try:
                while True:
                    kept.append(open("/dev/null"))
            except OSError as error:
                return errno.errorcode[error.errno], len(kept)
        """
    )
    name, count = ground.pair(student, "f")
    assert name == "EMFILE"
    assert count < 256


def test_limits_can_only_be_lowered(ground: Ground) -> None:
    """Student code can't lift what was set for it."""
    student = ground.student(
        """
        import resource
        def f():
            told = []
            for name in ("AS", "CPU", "FSIZE", "NOFILE", "CORE", "NPROC"):
                number = getattr(resource, "RLIMIT_" + name)
                soft, hard = resource.getrlimit(number)
                try:
                    resource.setrlimit(number, (hard + 1, hard + 1))
                    told.append(name)
                except (OSError, ValueError):
                    pass
            return told
        """
    )
    assert student.call("f").value == []
