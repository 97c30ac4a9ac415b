"""Cores and GPUs: what a process is kept on, and what one with a GPU has that others lack.

A terminal's node stands in for that of a GPU, so that this needs none; see tests/gpu/ for CUDA.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from unittest import mock

import pytest

from torchgrade.sandbox import server as server_module
from torchgrade.sandbox.levels import Level, Limits
from torchgrade.sandbox.server import EngineFault, ForkServer

from .grounds import Ground

CORES = """
import os, threading

def mine():
    return sorted(os.sched_getaffinity(0))

def in_a_thread(cores):
    told = []
    def work():
        told.append(sorted(os.sched_getaffinity(0)))
        told.append(unpin(cores))
        told.append(sorted(os.sched_getaffinity(0)))
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return told

def unpin(cores):
    told = []
    for who in (0, os.getpid(), threading.get_native_id()):
        try:
            os.sched_setaffinity(who, cores)
        except OSError as error:
            told.append(error.errno)
        else:
            told.append(0)
    return told
"""

NODES = """
import fcntl, os, threading

def listed(folder):
    return sorted(os.listdir(folder))

def opened(path, flags=os.O_RDWR):
    try:
        os.close(os.open(path, flags))
    except OSError as error:
        return error.errno
    return 0

def request(number):
    with open("requested", "wb") as file:
        try:
            fcntl.ioctl(file, number, bytes(64))
        except OSError as error:
            return error.errno
    return 0

def named():
    told = []
    def work():
        told.append(opened(f"/proc/self/task/{threading.get_native_id()}/comm"))
    work()
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return told

def variables():
    return dict(os.environ)

def limits():
    import resource
    return [resource.getrlimit(kind)[1] for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA)]

def fill(count):
    return len(bytearray(count))
"""

_EPERM, _ENOENT, _ENXIO, _EACCES, _ENOTTY = 1, 2, 6, 13, 25
_RM_CONTROL, _UVM_INITIALIZE, _UVM_REGISTER_GPU = 0xC020462A, 0x30000001, 37
_TIOCSTI, _LOOP_SET_FD, _FIOASYNC_OF_ANOTHER_TYPE = 0x5412, 0x4C00, 0x40045463

_PRETENCE = """exec('''
from torchgrade.sandbox import gpus
gpus._NEEDED_NODES = ()
gpus.gpus = lambda: (gpus.Gpu(0, uuid="GPU-a", nodes=("/dev/tty",)), gpus.Gpu(1, nodes=()))
'''); """


# --- cores


@pytest.fixture
def core() -> int:
    """One of several."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        pytest.skip("there is one core, which is no choice")
    return cores[-1]


def test_a_process_is_kept_on_its_cores(ground: Ground, core: int) -> None:
    """It and its threads run there, and neither can leave."""
    student = ground.student(CORES, limits=Limits(cores=(core,)))
    everywhere = sorted(os.sched_getaffinity(0))
    assert student.call("mine").value == [core]
    refused = [_EPERM] * 3
    assert student.call("unpin", (everywhere,)).value == refused
    assert student.call("in_a_thread", (everywhere,)).value == [[core], refused, [core]]
    assert student.call("mine").value == [core]


def test_other_processes_are_not_kept(ground: Ground, core: int) -> None:
    """Neither the one that follows nor who graded: the choice is each process's own."""
    ground.student(CORES, limits=Limits(cores=(core,)))
    free = ground.student(CORES)
    assert free.call("mine").value == sorted(os.sched_getaffinity(0)) != [core]
    told = free.call("unpin", ([core],)).value
    assert isinstance(told, list)
    assert told[0] == 0  # which is no harm


def test_cores_that_are_not_there(ground: Ground) -> None:
    """Are an engine's fault, not something that is left out in silence."""
    present = max(os.sched_getaffinity(0))
    with pytest.raises(EngineFault, match=r"cores|Invalid argument"):
        ground.student(CORES, limits=Limits(cores=(present, 1000)))


# --- GPUs


@pytest.fixture(scope="module", params=[Level.JAIL, Level.LANDLOCK])
def pretended(request: pytest.FixtureRequest) -> Iterator[Ground]:
    """Levels on a machine that believes to have two GPUs, one of which has a terminal's node."""
    if not os.path.exists("/dev/tty"):
        pytest.skip("/dev/tty is not there to stand in for a GPU")
    start = server_module.start_engine_process

    def with_gpus(code: str, **options: object) -> object:
        return start(_PRETENCE + code, **options)  # type: ignore[arg-type]  # passed through

    with closing(ForkServer(request.param)) as server:
        with mock.patch.object(server_module, "start_engine_process", with_gpus):
            server.start()
        try:
            _ = server.level
        except EngineFault as error:
            pytest.skip(str(error))
        with Ground(request.param.value, server).cleared() as found:
            yield found


def _with_gpu(memory: int = 1 << 30, device: str = "cuda:0") -> Limits:
    return Limits(memory=memory, device=device)


def test_nodes_are_in_view_of_whom_they_are_given_to(pretended: Ground) -> None:
    """The GPU's own beside what all have, in a process that may use it and in no other."""
    # Without a terminal the node can't be opened, but who gets that far was let through.
    student, other, plain = (
        pretended.student(NODES, limits=limits)
        for limits in (_with_gpu(), _with_gpu(device="cuda:1"), None)
    )
    assert student.call("opened", ("/dev/tty",)).value == _ENXIO
    denied = _ENOENT if pretended.jailed else _EACCES
    for process in (other, plain):
        assert process.call("opened", ("/dev/tty",)).value == denied
    for process in (student, other, plain):
        assert process.call("opened", ("/dev/null",)).value == 0
        assert process.call("opened", ("/dev/kmsg", os.O_RDONLY)).value == denied
    if pretended.jailed:
        usual = ["full", "null", "random", "shm", "urandom", "zero"]
        assert student.call("listed", ("/dev",)).value == sorted([*usual, "tty"])
        for process in (other, plain):
            assert process.call("listed", ("/dev",)).value == usual
        assert plain.call("listed", ("/student",)).value == []
        assert plain.call("listed", ("/sys",)).value == ["devices"]


def test_requests_to_a_driver(pretended: Ground) -> None:
    """A GPU's requests pass the filter of a process that has one; nobody else's do."""
    student = pretended.student(NODES, limits=_with_gpu())
    plain = pretended.student(NODES)
    for number in (_RM_CONTROL, _UVM_INITIALIZE, _UVM_REGISTER_GPU):
        assert student.call("request", (number,)).value == _ENOTTY
        assert plain.call("request", (number,)).value == _EPERM
    for number in (_TIOCSTI, _LOOP_SET_FD, _FIOASYNC_OF_ANOTHER_TYPE, 0x30000003, 0x100):
        for process in (student, plain):
            assert process.call("request", (number,)).value == _EPERM, hex(number)


def test_threads_can_be_named(pretended: Ground) -> None:
    """In /proc, which the driver insists on; only by a process with a GPU."""
    student = pretended.student(NODES, limits=_with_gpu())
    assert student.call("named").value == [0, 0]
    assert student.call("opened", (f"/proc/{os.getpid()}/comm",)).value in (_ENOENT, _EACCES)
    assert student.call("opened", ("/proc/self/comm",)).value == _EACCES
    assert student.call("opened", ("/proc/self/oom_score_adj",)).value == _EACCES
    assert pretended.student(NODES).call("named").value == [_EACCES] * 2


def test_one_gpu_is_named_in_the_environment(pretended: Ground) -> None:
    """So that it is cuda:0 inside, whatever its number outside; nothing is said to others."""
    for device, name in (("cuda:0", "GPU-a"), ("cuda:1", "0")):
        student = pretended.student(NODES, limits=_with_gpu(device=device))
        told = student.call("variables").value
        assert isinstance(told, dict)
        assert told["CUDA_VISIBLE_DEVICES"] == name
        assert told["TRITON_CACHE_DIR"].startswith(told["HOME"] + "/")
    told = pretended.student(NODES).call("variables").value
    assert isinstance(told, dict)
    assert not any("CUDA" in key or "CACHE" in key for key in told)


def test_memory_is_limited_by_what_is_its_own(pretended: Ground) -> None:
    """Addresses are free, since CUDA reserves them by the hundred GiB; memory is not."""
    student = pretended.student(NODES, limits=_with_gpu(256 << 20))
    addresses, data = pretended.pair(student, "limits")
    assert addresses == -1
    assert 0 < data < 64 << 30
    with pytest.raises(Exception, match="memory"):
        student.call("fill", (data,))
    assert student.call("fill", (1 << 20,)).value == 1 << 20


def test_a_gpu_that_is_not_there(pretended: Ground) -> None:
    """Is an engine's fault that says so, and the server goes on."""
    for device, words in (("cuda:2", "there is no cuda:2"), ("gpu", "no device is called")):
        with pytest.raises(EngineFault, match=words):
            pretended.student(NODES, limits=_with_gpu(device=device))
    assert pretended.student(NODES).call("opened", ("/dev/null",)).value == 0


def test_no_requests_to_a_driver_without_a_gpu(ground: Ground) -> None:
    """Whatever a process could open: its filter lets none of them through."""
    student = ground.student(NODES)
    for number in (_RM_CONTROL, _UVM_INITIALIZE, _UVM_REGISTER_GPU):
        assert student.call("request", (number,)).value == _EPERM


def test_a_machine_without_gpu(ground: Ground) -> None:
    """Refuses to make a process that is to have one."""
    if os.path.exists("/dev/nvidiactl"):
        pytest.skip("there is a GPU here")
    with pytest.raises(EngineFault, match="there is no cuda:0"):
        ground.student(NODES, limits=_with_gpu())
