"""Which NVIDIA GPUs this machine has, and what a process must see to use one of them.

Asks no driver: whoever starts CUDA can't fork any more, and the fork server must. What is known
comes from device nodes, from /proc and from /sys; each function takes other folders for tests.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = [
    "SETTINGS",
    "Gpu",
    "chosen",
    "driver_version",
    "environment",
    "gpus",
    "index_of",
    "library_folders",
    "library_path",
    "readable",
    "view",
]

_DEV = "/dev"
_PROC = "/proc/driver/nvidia"
_SYS = "/sys"
_CACHE = "/etc/ld.so.cache"

SETTINGS = {
    # Else the fastest comes first, and nobody but CUDA knows which that is.
    "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
    # What was compiled for one student is not for the next.
    "CUDA_CACHE_DISABLE": "1",
    # Kernels are loaded when they are used: most exercises use a few of thousands.
    "CUDA_MODULE_LOADING": "LAZY",
}
"""Environment of every process that may use a GPU."""

_CONTROL = "nvidiactl"
# The last is for profilers, but drivers since 570 do not start where it can't be opened.
_SHARED_NODES = (_CONTROL, "nvidia-uvm", "nvidia-uvm-tools")
_NEEDED_NODES = (_CONTROL, "nvidia-uvm")

# Of a GPU's folder in /sys; not its resource0 and the like, which are the device's own memory and
# belong to root, who a student's process is at the landlock level if root grades.
_ABOUT_DEVICE = (
    *("vendor", "device", "class", "revision", "subsystem_vendor", "subsystem_device", "uevent"),
    *("numa_node", "local_cpus", "local_cpulist", "config", "resource", "irq", "boot_vga"),
)
_SYSTEM_VIEW = (
    "devices/system/cpu",
    # Which memory and which cores are near: asked at the driver's start, which fails without.
    "devices/system/node",
    "devices/system/memory/block_size_bytes",
    "bus/pci/devices",
    # Whether the modules are loaded; if that can't be seen, the driver tries to load them.
    "module/nvidia/initstate",
    "module/nvidia_uvm/initstate",
)
_PROCESS_VIEW = (
    "/proc/driver/nvidia",
    "/proc/driver/nvidia-uvm",
    "/proc/devices",
    "/proc/modules",
    "/proc/sys/vm/mmap_min_addr",
)


@dataclass(frozen=True)
class Gpu:
    """One GPU; texts are empty where the driver does not tell."""

    minor: int
    """The N of /dev/nvidiaN."""
    name: str = ""
    uuid: str = ""
    bus: str = ""
    """Where it is on the PCI bus, such as 0000:3b:00.0."""
    nodes: tuple[str, ...] = ()
    """Device nodes that a process needs to use this GPU, those that are there."""
    folder: str = ""
    """Its folder in /sys, by its real path."""


def gpus(dev: str = _DEV, proc: str = _PROC, sys: str = _SYS) -> tuple[Gpu, ...]:
    """The GPUs in the order in which CUDA counts them with CUDA_DEVICE_ORDER=PCI_BUS_ID.

    A GPU counts if its device node is there. Those that /proc says nothing of (gVisor has no
    such files) come last, by their nodes.
    """
    if not os.path.exists(os.path.join(dev, _CONTROL)):
        return ()
    shared = [
        path for path in (os.path.join(dev, n) for n in _SHARED_NODES) if os.path.exists(path)
    ]
    told = {about.get("Device Minor"): about for about in _informations(proc)}
    found = []
    for entry in os.listdir(dev):
        match = re.fullmatch(r"nvidia([0-9]+)", entry)
        if match is None:
            continue
        about = told.get(match[1], {})
        bus = about.get("Bus Location", "").lower()
        folder = os.path.realpath(os.path.join(sys, "bus/pci/devices", bus)) if bus else ""
        uuid = about.get("GPU UUID", "")
        found.append(
            Gpu(
                int(match[1]),
                about.get("Model", ""),
                "" if "?" in uuid else uuid,  # what the driver says of one that it has not woken
                bus,
                (*shared, os.path.join(dev, entry)),
                folder if os.path.isdir(folder) else "",
            )
        )
    return tuple(sorted(found, key=lambda gpu: (not gpu.bus, gpu.bus, gpu.minor)))


def _informations(proc: str) -> list[dict[str, str]]:
    folder = os.path.join(proc, "gpus")
    informations = []
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        about = {"Bus Location": name}
        try:
            with open(os.path.join(folder, name, "information"), encoding="utf-8") as file:
                for line in file:
                    key, _, value = line.partition(":")
                    about[key.strip()] = value.strip()
        except OSError:
            continue
        informations.append(about)
    return informations


def driver_version(proc: str = _PROC) -> str:
    """Version of the kernel's driver, such as 580.159.04; empty if there is none."""
    try:
        with open(os.path.join(proc, "version"), encoding="utf-8") as file:
            line = file.readline()
    except OSError:
        return ""
    match = re.search(r"\b[0-9]+(?:\.[0-9]+){1,2}\b", line)
    return match[0] if match else ""


def index_of(device: str) -> int | None:
    """The N of "cuda:N"; None for "cpu". Raises ValueError for anything else."""
    if device == "cpu":
        return None
    match = re.fullmatch(r"cuda:(0|[1-9][0-9]*)", device)
    if match is None:
        raise ValueError(f"no device is called {device!r}; one is cpu, cuda:0, cuda:1 and so on")
    return int(match[1])


def chosen(device: str, among: tuple[Gpu, ...]) -> Gpu | None:
    """The GPU that ``device`` names, or None for the processor.

    Raises:
        OSError: there is none of that number, or its driver is not ready.
    """
    index = index_of(device)
    if index is None:
        return None
    if index >= len(among):
        raise OSError(19, f"there is no {device}: the GPUs here are {len(among)} in number")
    gpu = among[index]
    names = {os.path.basename(node) for node in gpu.nodes}
    missing = [name for name in _NEEDED_NODES if name not in names]
    if missing:
        raise OSError(
            19,
            f"{device} can't be used: /dev/{missing[0]} is not there; "
            "start any CUDA program once, or nvidia-modprobe -c0 -u",
        )
    return gpu


def environment(gpu: Gpu, otherwise: str, folder: str) -> dict[str, str]:
    """Variables for a process that is to see ``gpu`` alone, as cuda:0.

    By its UUID; ``otherwise`` is its number among those that the process can open, for drivers
    that don't tell one. What compilers keep goes to ``folder``.
    """
    return SETTINGS | {
        "CUDA_VISIBLE_DEVICES": gpu.uuid or otherwise,
        "TRITON_CACHE_DIR": os.path.join(folder, "triton"),
        "TORCHINDUCTOR_CACHE_DIR": os.path.join(folder, "inductor"),
    }


def library_path(variables: Mapping[str, str], dev: str = _DEV) -> str:
    """What of LD_LIBRARY_PATH leads to the driver's library; empty if nothing does.

    Where no GPU is, that is not looked for.
    """
    entries = variables.get("LD_LIBRARY_PATH", "")
    if not entries or not os.path.exists(os.path.join(dev, _CONTROL)):
        return ""
    holding = [e for e in entries.split(":") if os.path.isabs(e) and _holds_driver(e)]
    return ":".join(dict.fromkeys(holding))


def _holds_driver(folder: str) -> bool:
    try:
        return any(name.startswith("libcuda.so") for name in os.listdir(folder))
    except OSError:
        return False


def library_folders(
    variables: Mapping[str, str], dev: str = _DEV, cache: str = _CACHE
) -> tuple[str, ...]:
    """Folders that the dynamic linker finds the driver's libraries in, and that these link to."""
    if not os.path.exists(os.path.join(dev, _CONTROL)):
        return ()
    folders = [entry for entry in library_path(variables, dev).split(":") if entry]
    folders += [os.path.dirname(path) for path in _cached(cache)]
    # The name may be a link to a file of the driver's in a folder apart.
    real = [os.path.dirname(os.path.realpath(os.path.join(f, "libcuda.so.1"))) for f in folders]
    return tuple(dict.fromkeys(folder for folder in (*folders, *real) if os.path.isdir(folder)))


def _cached(cache: str) -> list[str]:
    """Paths of libcuda.so.1 in the linker's cache, whose strings end with a zero each."""
    try:
        with open(cache, "rb") as file:
            strings = file.read()
    except OSError:
        return []
    return [os.fsdecode(path) for path in re.findall(rb"(/[^\0]*/libcuda\.so\.1)\0", strings)]


def view(all_gpus: tuple[Gpu, ...], sys: str = _SYS) -> tuple[str, ...]:
    """Files and folders of /sys that a process with a GPU has in view in a jail."""
    paths = [os.path.join(sys, path) for path in _SYSTEM_VIEW]
    paths += [gpu.folder for gpu in all_gpus if gpu.folder]
    return tuple(path for path in dict.fromkeys(paths) if os.path.exists(path))


def readable(gpu: Gpu, sys: str = _SYS) -> tuple[str, ...]:
    """What a process that uses ``gpu`` may read where nothing is out of its view."""
    about = [os.path.join(gpu.folder, name) for name in _ABOUT_DEVICE if gpu.folder]
    return (*(os.path.join(sys, path) for path in _SYSTEM_VIEW), *about, *_PROCESS_VIEW)
