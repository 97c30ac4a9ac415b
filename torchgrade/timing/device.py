"""Where to time: which device, which cores, and how nobody else uses them meanwhile."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from torchgrade.cores import usable
from torchgrade.sandbox.gpus import driver_version, gpus

__all__ = ["Device", "Turns", "choose", "kept_to", "processor_name", "reserved", "timed_on"]


@dataclass(frozen=True)
class Device:
    """What is timed on."""

    place: str
    """``cpu``, or ``cuda:0`` for the first of the GPUs that this process may use."""
    name: str
    """The maker's name of it."""
    workers: tuple[int, ...]
    """The cores that worker processes are pinned to; empty where that can't be."""
    grader: tuple[int, ...]
    """The cores that are left to the grader."""
    driver: str = ""

    @property
    def kind(self) -> str:
        return self.place.partition(":")[0]

    @property
    def apart(self) -> bool:
        """Whether the grader waits on another core than the worker works on."""
        return bool(self.grader) and not set(self.workers) & set(self.grader)

    @property
    def identity(self) -> str:
        """What a measured ratio belongs to."""
        return f"{self.kind}; {self.name}; {self.driver}; {len(self.workers)} cores"


def choose(wanted: str = "auto") -> Device:
    """The first GPU if there is one that torch was built for, else the processor.

    ``wanted`` is ``auto``, ``cpu`` or ``cuda``. Makes no CUDA context. Raises ValueError if there
    is no GPU to use.
    """
    workers, grader = reserved()
    found = gpus() if wanted in ("auto", "cuda") and _built_for_cuda() else ()
    if found:
        return Device("cuda:0", found[0].name, workers, grader, driver_version())
    if wanted == "cuda":
        raise ValueError("there is no NVIDIA GPU here, or torch was built without CUDA")
    return Device("cpu", processor_name(), workers, grader)


def _built_for_cuda() -> bool:
    import torch

    return torch.version.cuda is not None


def timed_on() -> str:
    """What `choose` would choose, without torch: to tell results of different devices apart."""
    found = gpus()
    return found[0].name if found else processor_name()


def reserved() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """(workers', grader's) cores: the last one for whoever is timed, the others for the rest.

    With a single core they share it, and times are as good as that.
    """
    if not hasattr(os, "sched_getaffinity"):
        return (), ()
    mine = usable()
    return (mine[-1],), mine[:-1] or mine


def processor_name() -> str:
    """As the system names it."""
    with contextlib.suppress(OSError), open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    import platform

    return platform.processor() or platform.machine()


class Turns:
    """Timing alone on a device, everything else together: locks between processes.

    The locks are two files: who wants the device for itself closes the gate first, so that those
    who share it can't keep it forever by taking turns. For one thread. Where no lock can be had
    (another user's file, no such calls) nothing is held back.
    """

    def __init__(self, name: str, folder: Path | None = None) -> None:
        base = folder or Path(tempfile.gettempdir())
        self._gate = _opened(base / f"torchgrade-{name}.gate")
        self._device = _opened(base / f"torchgrade-{name}.device")

    @contextlib.contextmanager
    def shared(self) -> Iterator[None]:
        """While nobody times."""
        with contextlib.ExitStack() as stack:
            with _held(self._gate, exclusive=False):
                stack.enter_context(_held(self._device, exclusive=False))
            yield

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """While nobody else does anything."""
        with _held(self._gate, exclusive=True), _held(self._device, exclusive=True):
            yield

    def close(self) -> None:
        for descriptor in (self._gate, self._device):
            if descriptor is not None:
                os.close(descriptor)
        self._gate = self._device = None


def _opened(path: Path) -> int | None:
    try:
        # Without O_CREAT first: a sticky folder refuses it for a file of another user's.
        with contextlib.suppress(FileNotFoundError):
            return os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        return os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    except (OSError, AttributeError):  # Windows has no O_NOFOLLOW
        return None


@contextlib.contextmanager
def _held(descriptor: int | None, *, exclusive: bool) -> Iterator[None]:
    try:
        import fcntl
    except ImportError:
        descriptor = None
    if descriptor is None:
        yield
        return
    fcntl.flock(descriptor, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


@contextlib.contextmanager
def kept_to(device: Device) -> Iterator[None]:
    """Keep this thread off the cores that workers are pinned to, and torch to one thread."""
    import torch

    threads = torch.get_num_threads()
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_setaffinity") else None
    torch.set_num_threads(1)
    try:
        if cores and device.grader:
            os.sched_setaffinity(0, device.grader)
        yield
    finally:
        if cores:
            os.sched_setaffinity(0, cores)
        torch.set_num_threads(threads)
