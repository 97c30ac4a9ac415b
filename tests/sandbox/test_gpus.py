"""What is read of GPUs, from folders that look like those of a machine with two."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from torchgrade.sandbox import gpus
from torchgrade.sandbox.gpus import Gpu

_INFORMATION = """Model: \t\t {model}
IRQ:   \t\t 61
GPU UUID: \t {uuid}
Bus Location: \t {bus}
Device Minor: \t {minor}
"""
_VERSION = """NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.159.04  Release Build
GCC version:  gcc version 12.3.0
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root with two GPUs, whose numbers run against their places on the bus."""
    dev = tmp_path / "dev"
    dev.mkdir()
    for name in ("null", "nvidiactl", "nvidia-uvm", "nvidia-uvm-tools", "nvidia-modeset"):
        (dev / name).touch()
    for minor, bus in ((0, "0000:c1:00.0"), (1, "0000:0A:00.0")):
        (dev / f"nvidia{minor}").touch()
        folder = tmp_path / "proc" / "gpus" / bus
        folder.mkdir(parents=True)
        uuid = f"GPU-{minor}000"
        (folder / "information").write_text(
            _INFORMATION.format(model="NVIDIA H100", uuid=uuid, bus=bus, minor=minor),
            encoding="utf-8",
        )
        real = tmp_path / "sys" / "devices" / "pci0000:00" / bus.lower()
        real.mkdir(parents=True)
        (real / "vendor").write_text("0x10de\n", encoding="ascii")
        listed = tmp_path / "sys" / "bus" / "pci" / "devices" / bus.lower()
        listed.parent.mkdir(parents=True, exist_ok=True)
        listed.symlink_to(real)
    (tmp_path / "proc" / "version").write_text(_VERSION, encoding="utf-8")
    return tmp_path


def _found(root: Path) -> tuple[Gpu, ...]:
    return gpus.gpus(str(root / "dev"), str(root / "proc"), str(root / "sys"))


def test_gpus_are_counted_by_their_place_on_the_bus(root: Path) -> None:
    """Which CUDA does, too, when told so; each has the nodes that it takes and no other's."""
    first, second = _found(root)
    assert (first.minor, second.minor) == (1, 0)
    assert first.bus == "0000:0a:00.0"
    assert first.name == "NVIDIA H100"
    assert first.uuid == "GPU-1000"
    assert Path(first.folder) == root / "sys" / "devices" / "pci0000:00" / "0000:0a:00.0"
    names = [Path(node).name for node in first.nodes]
    assert names == ["nvidiactl", "nvidia-uvm", "nvidia-uvm-tools", "nvidia1"]


def test_a_machine_without_gpu(tmp_path: Path) -> None:
    """Has none, and nothing of it is looked for."""
    assert _found(tmp_path) == ()
    assert gpus.driver_version(str(tmp_path / "proc")) == ""
    folder = tmp_path / "driver"
    folder.mkdir()
    (folder / "libcuda.so.1").touch()
    variables = {"LD_LIBRARY_PATH": str(folder)}
    assert gpus.library_path(variables, str(tmp_path)) == ""
    assert gpus.library_folders(variables, str(tmp_path)) == ()


def test_gpus_that_proc_says_nothing_of(root: Path) -> None:
    """Come by their nodes; a UUID that the driver does not know yet is none."""
    for file in (root / "proc" / "gpus").glob("*/information"):
        if "Minor: \t 0" in file.read_text(encoding="utf-8"):
            file.unlink()
        else:
            text = file.read_text(encoding="utf-8").replace("GPU-1000", "GPU-????????")
            file.write_text(text, encoding="utf-8")
    first, second = _found(root)
    assert (first.minor, first.uuid) == (1, "")
    assert (second.minor, second.uuid, second.bus, second.folder) == (0, "", "", "")


def test_the_version_of_the_driver(root: Path) -> None:
    """Is the module's, not the compiler's."""
    assert gpus.driver_version(str(root / "proc")) == "580.159.04"


@pytest.mark.parametrize("device", ["cuda", "cuda:", "cuda:-1", "cuda:01", "CUDA:0", "gpu", ""])
def test_names_of_devices(device: str) -> None:
    """There is one way to write each."""
    assert gpus.index_of("cpu") is None
    assert gpus.index_of("cuda:0") == 0
    assert gpus.index_of("cuda:12") == 12
    with pytest.raises(ValueError, match="no device"):
        gpus.index_of(device)


def test_which_gpu_is_chosen(root: Path) -> None:
    """The one of that number; what is not there, or not ready, is told with a remedy."""
    found = _found(root)
    assert gpus.chosen("cpu", found) is None
    assert gpus.chosen("cuda:1", found) == found[1]
    with pytest.raises(OSError, match=r"no cuda:2: the GPUs here are 2"):
        gpus.chosen("cuda:2", found)
    (root / "dev" / "nvidia-uvm").unlink()
    with pytest.raises(OSError, match="nvidia-uvm is not there"):
        gpus.chosen("cuda:0", _found(root))


def test_the_environment_names_one_gpu() -> None:
    """By its UUID if there is one, and what compilers keep is in the process's own folder."""
    told = gpus.environment(Gpu(3, uuid="GPU-3"), "0", "/student")
    assert told["CUDA_VISIBLE_DEVICES"] == "GPU-3"
    assert told["CUDA_DEVICE_ORDER"] == "PCI_BUS_ID"
    assert told["TRITON_CACHE_DIR"].startswith("/student/")
    assert gpus.environment(Gpu(3), "0", "/student")["CUDA_VISIBLE_DEVICES"] == "0"


def test_the_drivers_libraries(root: Path) -> None:
    """Of LD_LIBRARY_PATH only what holds them, and the linker's cache, with what these link to."""
    dev = str(root / "dev")
    real, linked, other = root / "real", root / "linked", root / "other"
    for folder in (real, linked, other):
        folder.mkdir()
    (real / "libcuda.so.580").touch()
    (linked / "libcuda.so.1").symlink_to(real / "libcuda.so.580")
    variables = {"LD_LIBRARY_PATH": f"{other}:{linked}::lib:{root / 'none'}:{linked}"}
    assert gpus.library_path(variables, dev) == str(linked)
    cache = root / "cache"
    cache.write_bytes(b"glibc-ld.so.cache\0libcuda.so.1\0" + f"{linked}/libcuda.so.1\0".encode())
    wanted = (str(linked), str(real))
    assert gpus.library_folders(variables, dev, str(root / "no cache")) == wanted
    assert gpus.library_folders({}, dev, str(cache)) == wanted
    assert gpus.library_folders({}, dev, str(root / "no cache")) == ()


def test_what_is_readable_is_no_memory_of_devices(root: Path) -> None:
    """Facts about the one GPU, never the files by which root reaches a device's memory."""
    first, second = _found(root)
    told = gpus.readable(first, str(root / "sys"))
    assert f"{first.folder}/vendor" in told
    assert not any(path.startswith(second.folder) for path in told)
    assert not any("/resource" in path and path[-1].isdigit() for path in told)
    assert first.folder not in told
    seen = gpus.view((first, second), str(root / "sys"))
    assert set(seen) == {str(root / "sys" / "bus/pci/devices"), first.folder, second.folder}
    assert not any(a != b and b.startswith(a + "/") for a, b in itertools.permutations(seen, 2))
