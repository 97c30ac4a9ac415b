"""The fork server: pays for `import torch` once and forks confined student processes.

Started by `torchgrade.sandbox.server`: as a program of its own with a bare environment, or as a
fork of one that began so and has seen nothing else yet. It knows no course, no grader and no
submission: sources go straight to the children. Requests come over a SOCK_SEQPACKET socket,
one JSON object each, with descriptors attached.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
import types
from dataclasses import dataclass, field, replace

from torchgrade.sandbox import gpus, jail, linux
from torchgrade.sandbox.late_imports import import_for_all
from torchgrade.sandbox.levels import Level, Limits

__all__ = ["become", "main"]

_WIRE, _SHARED = 3, 4
_PACKET = 1 << 16
# A child that was killed is reaped after so long, or before the next one is killed.
_IDLE_SECONDS = 0.05
# A fork copies an entry for each page, and its end drops them again. To have hundreds of pages in
# one pays off after so many students.
_SETTLED = 64


@dataclass
class _Server:
    control: socket.socket
    level: Level
    namespace: int | None
    base: str
    confinement: jail.Confinement
    count: int = 0
    """Student processes so far."""
    settled_at: int = _SETTLED
    """The number of student processes at which what is imported is taken to be all of it."""
    children: dict[int, str] = field(default_factory=dict)
    cleaners: set[int] = field(default_factory=set)
    dying: list[int] = field(default_factory=list)
    """Who is killed and not reaped yet: one child at most."""

    def serve(self) -> None:
        while True:
            if self.dying and not select.select([self.control], [], [], _IDLE_SECONDS)[0]:
                self.reap()
            packet, descriptors, _, _ = socket.recv_fds(self.control, _PACKET, 4)
            if not packet:
                self.end_all()
                return
            request = json.loads(packet)
            given: list[int] = []
            if request["op"] == "import":
                self.import_also(request["names"])
                continue
            try:
                if request["op"] == "spawn":
                    reply = self.spawn(request, descriptors)
                    if request["watched"]:
                        # Names the process to whoever sees it under another number.
                        given = [os.pidfd_open(int(str(reply["pid"])))]
                else:
                    reply = self.end(int(request["pid"]), patience=float(request["patience"]))
            except (OSError, ValueError) as error:
                reply = {"error": str(error)}
            finally:
                for descriptor in descriptors:
                    os.close(descriptor)
            socket.send_fds(self.control, [json.dumps(reply).encode()], given)
            for descriptor in given:
                os.close(descriptor)
            # While the student process is at work, unless it is timed and would notice.
            untimed = request["op"] == "spawn" and not request["watched"]
            if untimed and self.count >= self.settled_at:
                self.settled_at = sys.maxsize
                linux.huge_pages()

    def import_also(self, names: list[str]) -> None:
        """Import what processes to come would have to. Nobody waits for an answer."""
        import_for_all(names, self.base or jail.HOME)
        _settle()
        self.settled_at = self.count + _SETTLED
        address_space, data = _memory()
        self.confinement = replace(self.confinement, address_space=address_space, data=data)

    def spawn(self, request: dict[str, object], descriptors: list[int]) -> dict[str, object]:
        limits = Limits.told(request["limits"])  # type: ignore[arg-type]  # the client's own
        gpus.chosen(limits.device, self.confinement.gpus)  # or there is nothing to fork for
        jail.prepare(self.confinement, limits)
        self.count += 1
        temporary = jail.HOME
        if self.level is not Level.JAIL:
            if not os.path.isdir(self.base):  # nothing is left of a server that nobody used
                os.mkdir(self.base, 0o700)
            temporary = os.path.join(self.base, str(self.count))
            os.mkdir(temporary, 0o700)
        if self.namespace is not None:
            # A new PID namespace without a second fork: only the next child is born in it.
            linux.unshare(linux.CLONE_NEWPID)
        try:
            pid = os.fork()
            if pid == 0:
                self.become_student(
                    limits,
                    temporary,
                    descriptors,
                    int(request["file_bytes"]),  # type: ignore[call-overload]  # an int
                )
        finally:
            if self.namespace is not None:
                linux.set_namespace(self.namespace, linux.CLONE_NEWPID)
        self.children[pid] = temporary
        return {"pid": pid}

    def become_student(
        self, limits: Limits, temporary: str, descriptors: list[int], file_bytes: int
    ) -> None:
        """In the child: arrange descriptors, give everything up, answer calls. Never returns."""
        code = 70
        try:
            linux.die_with_parent(signal.SIGKILL)
            # Through numbers that are out of the way, since the targets may be in use.
            high = [os.dup2(descriptor, 20 + i) for i, descriptor in enumerate(descriptors)]
            os.dup2(high[0], _WIRE)
            os.dup2(high[2], _SHARED)
            os.dup2(high[1], 1)
            os.dup2(high[1], 2)
            linux.close_from(_SHARED + 1)
            os.environ.update(HOME=temporary, TMPDIR=temporary)
            os.environ.update(self.variables(limits, temporary))
            tempfile.tempdir = temporary
            gc.enable()
            jail.confine(self.confinement, limits, temporary, file_bytes=file_bytes)
            sys.modules["torchgrade.sandbox.worker"].serve(_WIRE, _SHARED)
        except BaseException as error:  # the last stop before the end
            os.write(2, f"torchgrade: {type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(code)

    def variables(self, limits: Limits, temporary: str) -> dict[str, str]:
        """What a process that may use a GPU has in its environment besides."""
        gpu = gpus.chosen(limits.device, self.confinement.gpus)
        if gpu is None:
            return {}
        # Of several it is the only one that can be opened, unless nothing confines files.
        confined = self.level is Level.JAIL or self.confinement.landlock_abi
        number = 0 if confined else self.confinement.gpus.index(gpu)
        return gpus.environment(gpu, str(number), temporary)

    def end(self, pid: int, *, patience: float = 0.0) -> dict[str, object]:
        """Kill a child with all it started, and tell how it ended and what it used.

        ``patience`` is how many seconds it is given to end by itself: a process closes its
        channel some time before the kernel is done with it.
        """
        temporary = self.children.pop(pid)
        by_itself = _has_ended(pid)
        if not by_itself and not patience and self.level is Level.JAIL:
            return self.kill(pid)
        waiting_since = time.monotonic()
        while not by_itself and time.monotonic() - waiting_since < patience:
            time.sleep(0.001)
            by_itself = _has_ended(pid)
        if self.level is not Level.JAIL:
            self.kill_group(pid)
        os.kill(pid, signal.SIGKILL)
        _, status, usage = os.wait4(pid, 0)
        if self.level is not Level.JAIL:
            self.reap_group(pid)
            self.clear(temporary)
        code = os.waitstatus_to_exitcode(status)
        return {
            "by_itself": by_itself,
            "signal": -code if code < 0 else None,
            "code": code if code >= 0 else None,
            "cpu": usage.ru_utime + usage.ru_stime,
            "memory": usage.ru_maxrss * 1024,
        }

    def kill(self, pid: int) -> dict[str, object]:
        """Kill the first process of a jail, and with it all the others, without waiting for it.

        The kernel takes as long to give back such a process's memory as to fork the next, which
        may well be forked meanwhile: neither can reach the other. There is never more than one.
        """
        self.reap()
        cpu, memory = _used(pid)
        os.kill(pid, signal.SIGKILL)
        self.dying.append(pid)
        return {
            "by_itself": False,
            "signal": int(signal.SIGKILL),
            "code": None,
            "cpu": cpu,
            "memory": memory,
        }

    def reap(self) -> None:
        """Wait until no child is dying."""
        while self.dying:
            os.waitpid(self.dying.pop(), 0)

    def kill_group(self, pid: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)

    def reap_group(self, pid: int) -> None:
        """Collect what a child had started: this process is the subreaper of all that.

        None of it can have left the child's process group, and a process hands its children
        over before it can be waited for, so that nothing is left when this returns.
        """
        with contextlib.suppress(ChildProcessError):
            while True:
                os.waitpid(-pid, 0)

    def clear(self, folder: str) -> None:
        """Remove a student's folder, in a process apart if that may take long."""
        for pid in list(self.cleaners):
            if os.waitpid(pid, os.WNOHANG)[0]:
                self.cleaners.discard(pid)
        with contextlib.suppress(OSError):
            os.rmdir(folder)
            return
        pid = os.fork()
        if pid == 0:
            linux.close_from(3)  # the client must see it when this server ends
            try:
                _remove(folder)
            finally:
                os._exit(0)
        self.cleaners.add(pid)

    def end_all(self) -> None:
        for pid in list(self.children):
            self.end(pid)
        self.reap()
        for pid in self.cleaners:
            os.waitpid(pid, 0)
        if self.base:
            shutil.rmtree(self.base, ignore_errors=True)


def _has_ended(pid: int) -> bool:
    """Whether a child is dead; it is not reaped, so that its id names it still."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _used(pid: int) -> tuple[float, int]:
    """Seconds of processor time and the most bytes of memory that a living child has used."""
    with open(f"/proc/{pid}/stat", "rb") as file:
        # The name, in parentheses, may hold anything; utime and stime are fields 14 and 15.
        fields = file.read().rpartition(b")")[2].split()
    with open(f"/proc/{pid}/status", "rb") as file:
        peak = next((line for line in file if line.startswith(b"VmHWM:")), b"VmHWM: 0 kB")
    ticks = int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK"), int(peak.split()[1]) * 1024


def _remove(folder: str) -> None:
    """Remove a student's folder, however deep or closed they made what is in it.

    What lies deeper is moved up first: no path gets long and nothing recurses.
    """
    with contextlib.suppress(OSError):
        while entries := list(os.scandir(folder)):
            for entry in entries:
                if not entry.is_dir(follow_symlinks=False):
                    os.unlink(entry.path)
                    continue
                os.chmod(entry.path, 0o700)
                for inner in list(os.scandir(entry.path)):
                    if inner.is_dir(follow_symlinks=False):
                        os.chmod(inner.path, 0o700)
                        # A name that the student can't have taken.
                        os.rename(inner.path, os.path.join(folder, os.urandom(8).hex()))
                    else:
                        os.unlink(inner.path)
                os.rmdir(entry.path)
        os.rmdir(folder)


def _choose(requested: str | None) -> tuple[Level, dict[str, str]]:
    """The strongest level that holds here (or the one requested), and why not a stronger."""
    reasons: dict[str, str] = {}
    for level in Level:
        if requested is not None and level.value != requested:
            continue
        reason = jail.probe(level)
        if reason is None:
            return level, reasons
        reasons[level.value] = reason
    raise OSError(1, f"the level {requested} does not hold here: {reasons.get(str(requested), '')}")


def _student_side() -> dict[str, types.CodeType]:
    """The modules that go with student code, compiled before their files go out of view."""
    folder = os.path.dirname(os.path.abspath(__file__))
    modules = {}
    for name in ("wire", "worker"):
        path = os.path.join(folder, f"{name}.py")
        with open(path, encoding="utf-8") as file:
            modules[f"torchgrade.sandbox.{name}"] = compile(file.read(), path, "exec")
    return modules


def _settle() -> None:
    """Take what is imported now to stay, so that student processes leave it where it is."""
    # Importing leaves hardly any garbage, and looking for it would take longer than all the rest.
    gc.freeze()
    linux.fill_holes()


def _memory() -> tuple[int, int]:
    """Bytes of address space that this process takes, and of memory of its own."""
    with open("/proc/self/statm", encoding="ascii") as file:
        pages = [int(field) for field in file.read().split()]
    return pages[0] * resource.getpagesize(), pages[5] * resource.getpagesize()


def become(control: int, errors: int) -> None:
    """In a fork of a grader process: drop all that is the grader's, then serve as `main` does.

    Only for a process that was started with a bare environment and has not read anything yet:
    whatever it holds, student code will hold too. Does not return.
    """
    try:
        # It ends when its channel closes, and takes with it what student code has started; a
        # signal at its parent's death would leave that, and the folders, behind.
        os.setsid()
        os.chdir("/")
        nothing = os.open(os.devnull, os.O_RDWR)
        # Through numbers that are out of the way, since the targets may be in use.
        high = [os.dup2(descriptor, 20 + i) for i, descriptor in enumerate((control, errors))]
        for source, target in ((nothing, 0), (nothing, 1), (high[1], 2), (high[0], 3)):
            os.dup2(source, target)
        linux.close_from(4)
        main(3)
    finally:
        os._exit(70)


def main(descriptor: int) -> None:
    """Serve the client at the other end of ``descriptor`` until it closes it."""
    control = socket.socket(fileno=descriptor)
    request = json.loads(control.recv(_PACKET))
    try:
        modules = _student_side()
        level, reasons = _choose(request["level"])
        found = gpus.gpus()
        namespace = None
        if level is Level.JAIL:
            jail.enter()
            namespace = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        else:
            linux.become_subreaper()
        # Nothing of the course may be importable, and what is not visible need not be tried.
        allowed = jail.environment_paths()
        sys.path[:] = [entry for entry in sys.path if entry.startswith(allowed)]
        # An editable installation finds its modules by a finder of its own.
        sys.meta_path[:] = [
            finder
            for finder in sys.meta_path
            if getattr(finder, "__module__", "").startswith("_frozen_importlib")
        ]
        gc.disable()
        import torch

        torch.set_num_threads(1)
        for name, code in modules.items():
            module = types.ModuleType(name)
            sys.modules[name] = module
            exec(code, module.__dict__)
        for package in ("torchgrade", "torchgrade.sandbox"):
            sys.modules[package].__path__ = []
        sys.modules["torchgrade.sandbox.worker"].rehearse()
    except BaseException as error:  # told to the client, who reports it
        control.send(json.dumps({"error": f"{type(error).__name__}: {error}"}).encode())
        os._exit(1)
    _settle()
    confinement = jail.Confinement(level, linux.landlock_abi(), *_memory(), found)
    jail.prepare(confinement, Limits())
    base = ""
    if level is not Level.JAIL:
        base = os.path.join(tempfile.gettempdir(), f"torchgrade-{os.urandom(8).hex()}")
    ready = {"level": level.value, "reasons": reasons, "folder": base}
    server = _Server(control, level, namespace, base, confinement)
    try:
        control.send(json.dumps(ready).encode())
        server.serve()
    except ConnectionError:  # the client has left in the middle of something
        server.end_all()
    os._exit(0)  # taking torch down in good order would take longer than some sessions
