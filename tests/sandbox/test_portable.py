"""Student processes without a fork server, as on macOS and Windows, wherever this runs."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import torch

from torchgrade.result import Kind
from torchgrade.sandbox.client import CallFailed, ModuleSource, Sandbox, StudentProcess
from torchgrade.sandbox.levels import Level, Limits
from torchgrade.sandbox.portable import SpawnServer

ANSWERS = """
import os, sys, time

def double(x):
    print("doubling", tuple(x.shape))
    return 2 * x

def flood():
    for _ in range(100):
        print("x" * 1000)
    return 1

def forever():
    while True:
        time.sleep(1)

def leave():
    os._exit(3)

def crash():
    os.abort()

def environment():
    return dict(os.environ)

def cores():
    return sorted(os.sched_getaffinity(0))
"""


@pytest.fixture(scope="module")
def server() -> Iterator[SpawnServer]:
    with SpawnServer() as server:
        yield server


@pytest.fixture(scope="module")
def student(server: SpawnServer) -> Iterator[StudentProcess]:
    process = spawned(server)
    yield process
    process.end()


def spawned(server: SpawnServer, limits: Limits | None = None) -> StudentProcess:
    process = Sandbox(server).spawn(limits or Limits(output=4096))
    process.load(ModuleSource(ANSWERS, "answers.py", "answers"), seed=0)
    return process


def test_it_is_called_a_self_check(server: SpawnServer) -> None:
    """The level is the weakest, and there is a reason for each that is stronger."""
    assert server.level is Level.PROCESS
    assert set(server.reasons) == {"jail", "landlock"}


def test_values_cross_without_shared_memory(student: StudentProcess) -> None:
    """Small and large tensors come back as they should, and what was printed with them."""
    small = torch.arange(3.0)
    assert torch.equal(student.call("double", [small]).value, 2 * small)  # type: ignore[arg-type]  # a tensor
    assert student.output.take() == "doubling (3,)\n"
    large = torch.randn(500, 1000)
    assert torch.equal(student.call("double", [large]).value, 2 * large)  # type: ignore[arg-type]  # a tensor
    assert student.output.take() == "doubling (500, 1000)\n"


def test_output_is_kept_up_to_its_limit(student: StudentProcess) -> None:
    """What is printed beyond the limit is counted, not kept."""
    assert student.call("flood").value == 1
    kept, _, note = student.output.take().rpartition("\n[")
    assert kept == ("x" * 1000 + "\n") * 4 + "x" * 92
    assert "more" in note


def test_the_callers_environment_stays_behind(
    server: SpawnServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Variables that are not on the list do not reach student code."""
    monkeypatch.setenv("TORCHGRADE_SECRET", "canary")
    process = spawned(server)
    told = process.call("environment").value
    process.end()
    assert isinstance(told, dict)
    assert "canary" not in told.values()


@pytest.mark.parametrize(
    ("function", "kind"),
    [("forever", Kind.TIMEOUT), ("leave", Kind.EXITED), ("crash", Kind.SIGNAL)],
)
def test_each_end_has_its_own_reason(server: SpawnServer, function: str, kind: Kind) -> None:
    """A time-out, an exit and a crash are told apart, and the process is gone."""
    process = spawned(server, Limits(seconds=2.0))
    with pytest.raises(CallFailed) as caught:
        process.call(function)
    assert caught.value.failure.kind is kind
    assert not process.alive


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system pins nothing")
def test_cores(server: SpawnServer) -> None:
    """A process is kept on its cores where the system can do that; nothing is promised."""
    core = max(os.sched_getaffinity(0))
    process = spawned(server, Limits(cores=(core,)))
    assert process.call("cores").value == [core]
    process.end()
    process = spawned(server, Limits(cores=(100_000,)))
    assert process.call("cores").value == sorted(os.sched_getaffinity(0))
    process.end()


def test_a_gpu_is_named_and_nothing_confined(server: SpawnServer) -> None:
    """By its number, since nobody looked which there are."""
    process = spawned(server, Limits(device="cuda:1"))
    told = process.call("environment").value
    assert isinstance(told, dict)
    assert told["CUDA_VISIBLE_DEVICES"] == "1"
    assert told["CUDA_DEVICE_ORDER"] == "PCI_BUS_ID"
    process.end()
