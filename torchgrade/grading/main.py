"""What runs in a grader process: one grading session for all the work that comes.

Started with a bare environment, it imports torch (or is forked by a nursery that has) and forks
its fork server before it reads a word: what student code inherits is a process that knows nothing.
Only then it takes the course, the secret and the caller's environment.
"""

from __future__ import annotations

import gc
import json
import os
import socket
import sys
import tempfile
import traceback
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NoReturn

from torchgrade.cores import stay_on
from torchgrade.sandbox.late_imports import import_for_all
from torchgrade.sandbox.levels import Level
from torchgrade.sandbox.server import EngineFault, ForkServer, Server, bare_environment

if TYPE_CHECKING:
    from torchgrade.course import Exercise
    from torchgrade.grading.messages import Channel, Setup, Work
    from torchgrade.result import ExerciseResult
    from torchgrade.session import Grader, Round, Subject

__all__ = ["import_torch", "main", "nursery", "start_server"]


def main(core: int | None = None) -> NoReturn:
    """Serve whoever holds the other ends of standard input and output. Does not return.

    With a ``core``, this process stays on it from then on, and all that it starts.
    """
    # Importing makes many objects and no garbage.
    gc.disable()
    import_torch()
    _run(core)


def nursery(control: int) -> NoReturn:
    """Fork grader processes for whoever holds the other end of ``control``, until it is closed.

    A child's parent must live as long as it does, so this process does nothing else.
    """
    gc.disable()
    import_torch()
    from torchgrade.sandbox import linux

    linux.die_with_parent(9)
    parent = os.getpid()
    with socket.socket(fileno=control) as channel:
        channel.set_inheritable(False)
        while True:
            packet, descriptors, _, _ = socket.recv_fds(channel, 1 << 10, 2)
            if not packet:
                os._exit(0)
            request = json.loads(packet)
            if request["op"] == "import":
                with tempfile.TemporaryDirectory(prefix="torchgrade-") as folder:
                    import_for_all(request["names"], folder)
                continue
            if request["op"] == "reap":
                status = os.waitpid(request["pid"], 0)[1]
                answer = {"code": os.waitstatus_to_exitcode(status)}
                channel.send(json.dumps(answer).encode())
                continue
            try:
                pid = os.fork()
            except OSError:  # as whoever asks will find out, too
                socket.send_fds(channel, [b"{}"], [])
            else:
                if pid == 0:
                    _become_grader(channel, descriptors, parent, request["core"])
                told = os.pidfd_open(pid)
                socket.send_fds(channel, [json.dumps({"pid": pid}).encode()], [told])
                os.close(told)
            for descriptor in descriptors:
                os.close(descriptor)


def _become_grader(
    control: socket.socket, descriptors: Sequence[int], parent: int, core: int | None
) -> NoReturn:
    """In a nursery's child: be what `main` is, on the given standard input and output."""
    try:
        control.close()
        os.setsid()
        from torchgrade.sandbox import linux

        linux.die_with_parent(9)
        if os.getppid() != parent:  # which ended before that was said
            os._exit(1)
        for target, descriptor in enumerate(descriptors):
            os.dup2(descriptor, target)
            os.close(descriptor)
        _run(core)
    except BaseException:  # the last stop before the end
        traceback.print_exc()
    finally:
        os._exit(1)


def _run(core: int | None) -> NoReturn:
    if core is not None:  # before there is a fork server, which is to stay there, too
        stay_on(core)
    server = start_server()
    code = 0
    try:
        _serve(server)
    except BrokenPipeError:  # whoever asked is gone
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def import_torch() -> None:
    """With one thread, since there is as much to do in other processes."""
    import torch

    torch.set_num_threads(1)


def start_server() -> Server:
    """A fork server, as a fork of this process where there is fork; call `import_torch` before.

    This process then ends with the one that started it.
    """
    if sys.platform == "linux":
        from torchgrade.sandbox import linux

        # Whoever asked may be killed in the middle of anything.
        linux.die_with_parent(9)
        server = ForkServer()
        server.fork()
        return server
    from torchgrade.sandbox.start import new_server

    portable = new_server()
    portable.start()
    return portable


def _own_channel() -> Channel:
    """The pipes of the caller, moved to where nothing that a grader prints can reach them."""
    from torchgrade.grading.messages import Channel

    reading = os.fdopen(os.dup(0), "rb", buffering=0)
    writing = os.fdopen(os.dup(1), "wb", buffering=0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return Channel(reading, writing)


def _serve(server: Server) -> None:
    channel = _own_channel()
    try:
        # Beside the fork server, which gets ready meanwhile.
        from torchgrade.course import load
        from torchgrade.grading.messages import Setup
        from torchgrade.result_tree import to_tree
        from torchgrade.session import Options, grade_rounds

        told = channel.receive()
        if told is None:
            return

        def emit(subject: Subject, result: ExerciseResult) -> None:
            channel.send({"result": to_tree(result), "of": int(subject.name)})

        setup = Setup.from_tree(told)
        _settle(setup)
        course = load(setup.root)
        exercises = tuple(e for e in course.exercises if e.key in set(setup.exercises))
        options = Options(
            setup.secret,
            setup.diagnose,
            Level(setup.required),
            spare_core=setup.spare_core,
            timing=setup.timing,
            device=setup.device,
        )
        if _too_low(server, options.required, channel):
            return
        server = grade_rounds(course, exercises, _rounds(channel), options, emit, server)
    except BrokenPipeError:
        raise
    except Exception as error:
        name = "" if isinstance(error, EngineFault) else f"{type(error).__name__}: "
        channel.send({"fault": f"{name}{error}"})
    finally:
        server.close()


def _settle(setup: Setup) -> None:
    """Take on what the caller told, now that student code can't inherit it."""
    os.environ.clear()
    os.environ.update(setup.environment)
    threads = {name: value for name, value in bare_environment().items() if "THREADS" in name}
    os.environ.update(threads)
    tempfile.tempdir = None  # which was chosen by the bare environment
    os.chdir(setup.folder)


def _too_low(server: Server, required: Level, channel: Channel) -> bool:
    try:
        level = server.level
    except EngineFault:
        return False  # each result will say so
    if level.at_least(required):
        return False
    reason = server.reasons.get(required.value, "")
    channel.send({"too_low": level.value, "required": required.value, "reason": reason})
    return True


def _rounds(channel: Channel) -> Iterator[Round]:
    """A round for each batch of work that comes."""
    from torchgrade.grading.messages import Work

    first = True
    while True:
        message = channel.receive()
        if message is None:
            return
        trees = message["works"]
        assert isinstance(trees, list)
        works = [Work.from_tree(tree) for tree in trees]
        if first:
            # Graders are collected: what there is now stays.
            gc.freeze()
            gc.enable()
            first = False
        yield _round(works, channel)
        channel.send({"done": True})


def _round(works: Sequence[Work], channel: Channel) -> Round:
    from torchgrade.session import Subject

    of: dict[str, list[int]] = {}
    for index, work in enumerate(works):
        of.setdefault(work.exercise, []).append(index)

    def subjects(exercise: Exercise, _: Grader) -> Iterable[Subject]:
        for index in of.get(exercise.key, ()):
            channel.send({"begin": index})
            yield Subject(str(index), works[index].answer)

    return subjects
