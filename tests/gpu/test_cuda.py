"""CUDA in a confined process, at every level that confines; needs an NVIDIA GPU."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.sandbox.grounds import Ground, kind_of
from torchgrade.result import Kind
from torchgrade.sandbox import gpus
from torchgrade.sandbox.levels import Level, Limits
from torchgrade.sandbox.server import EngineFault, ForkServer

pytestmark = pytest.mark.skipif(
    not os.path.exists("/dev/nvidiactl"), reason="there is no NVIDIA GPU here (/dev/nvidiactl)"
)

_GPU = Limits(seconds=60.0, device="cuda:0")

_WORK = """
import ctypes, glob, json, os
import torch

def product(x):
    a = x.to("cuda:0")
    return (a @ a).cpu()

def random():
    return torch.rand(4, device="cuda").cpu()

def visible():
    return [torch.cuda.device_count(), torch.cuda.current_device()]

def pinned():
    x = torch.ones(1 << 20, pin_memory=True)
    return float(x.to("cuda", non_blocking=True).sum())

def nodes():
    told = {}
    # Without a jail the folder can't be listed.
    usual = [f"/dev/{name}" for name in ("nvidiactl", "nvidia0", "nvidia-uvm", "nvidia-uvm-tools")]
    for path in [*glob.glob("/dev/nvidia*"), *usual]:
        try:
            os.close(os.open(path, os.O_RDWR))
        except OSError as error:
            told[path] = error.errno
        else:
            told[path] = 0
    return json.dumps(told)

def too_much():
    torch.empty(1 << 45, dtype=torch.uint8, device="cuda")

def spin():
    torch.ones(1, device="cuda")
    while True:
        pass

def spin_on_the_gpu():
    torch.cuda._sleep(1 << 62)
    torch.cuda.synchronize()

def poison():
    torch.zeros(4, device="cuda")[torch.tensor([10**9], device="cuda")].cpu()

def kept():
    return [sorted(os.listdir(".")), sorted(os.listdir(os.environ["HOME"]))]
"""


@pytest.fixture(scope="module", params=[Level.JAIL, Level.LANDLOCK])
def ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    """Each confining level in turn; skipped, with the reason, where it does not hold."""
    with closing(ForkServer(request.param)) as server:
        server.start()
        try:
            _ = server.level
        except EngineFault as error:
            pytest.skip(str(error))
        with Ground(request.param.value, server).cleared() as found:
            yield found


def _works(ground: Ground) -> None:
    import torch

    x = torch.arange(16.0).reshape(4, 4)
    value = ground.student(_WORK, limits=_GPU).call("product", (x,)).value
    assert isinstance(value, torch.Tensor)
    assert torch.allclose(value, x @ x)


def test_a_product_of_matrices(ground: Ground) -> None:
    """CUDA and cuBLAS work, and there is one GPU, which is the first."""
    _works(ground)
    assert ground.student(_WORK, limits=_GPU).call("visible").value == [1, 0]


def test_memory_pinned_for_the_gpu(ground: Ground) -> None:
    """It is the driver that pins it, with no right of the process's."""
    assert ground.student(_WORK, limits=_GPU).call("pinned").value == float(1 << 20)


def test_random_numbers_repeat(ground: Ground) -> None:
    """The seed that a process was given is that of its GPU, too, once CUDA starts."""
    first, second = (
        ground.student(_WORK, limits=_GPU).call("random", seed=3).value for _ in range(2)
    )
    assert first.tolist() == second.tolist()  # type: ignore[attr-defined]  # tensors


def test_the_nodes_of_one_gpu(ground: Ground) -> None:
    """Only a process that may use the GPU can open its nodes, and no other's or any more."""
    (first, *_) = gpus.gpus()
    told = json.loads(str(ground.student(_WORK, limits=_GPU).call("nodes").value))
    assert {path for path, error in told.items() if error == 0} == set(first.nodes)
    if ground.jailed:
        # These are asked for in any case, and need not be there or be the first's.
        assert set(told) - set(first.nodes) <= {"/dev/nvidia0", "/dev/nvidia-uvm-tools"}
    denied = json.loads(str(ground.student(_WORK).call("nodes").value))
    assert 0 not in denied.values()


def test_out_of_memory(ground: Ground) -> None:
    """Too much of the GPU's memory is PyTorch's own error, and the process lives on."""
    student = ground.student(_WORK, limits=_GPU)
    kind, failure = kind_of(lambda: student.call("too_much"))
    assert kind in (Kind.RAISED, Kind.MEMORY)
    assert "OutOfMemoryError" in str(failure.details.get("type", "OutOfMemoryError"))
    assert student.call("pinned").value == float(1 << 20)


@pytest.mark.parametrize("loop", ["spin", "spin_on_the_gpu"])
def test_a_hang(ground: Ground, loop: str) -> None:
    """Costs the process, wherever it hangs; the next one has the GPU."""
    student = ground.student(_WORK, limits=_GPU)
    student.call("pinned")
    student.seconds = 2.0
    kind, _ = kind_of(lambda: student.call(loop))
    assert kind is Kind.TIMEOUT
    _works(ground)


def test_a_poisoned_context(ground: Ground) -> None:
    """An access out of bounds ruins CUDA for the process that made it and for no other."""
    student = ground.student(_WORK, limits=_GPU)
    kind, _ = kind_of(lambda: student.call("poison"))
    assert kind in (Kind.RAISED, Kind.SIGNAL)
    if student.alive:
        assert kind_of(lambda: student.call("pinned"))[0] is Kind.RAISED
    _works(ground)


def test_nothing_is_kept(ground: Ground) -> None:
    """What CUDA leaves behind is in no folder of the next process's."""
    ground.student(_WORK, limits=_GPU).call("pinned")
    assert ground.student(_WORK, limits=_GPU).call("kept").value == [[], []]


def test_a_processor_s_process_beside_it(ground: Ground) -> None:
    """One without the GPU has CUDA neither seen nor started."""
    source = "import torch\ndef f():\n    return torch.cuda.is_available()\n"
    assert ground.student(source).call("f").value is False
