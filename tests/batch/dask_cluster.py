"""Real Dask clusters on this machine: a scheduler and workers, each a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any

from distributed import Client

from torchgrade.batch.cluster import ClusterExecutor
from torchgrade.batch.executor import Died, Executor, Finished, Returned
from torchgrade.batch.link import connect
from torchgrade.batch.package import pack
from torchgrade.course import Course
from torchgrade.grading.messages import Setup, Work
from torchgrade.result import ExerciseResult

__all__ = ["SECRET", "DaskCluster", "Fates", "Heard", "carry_out", "eventually", "setup_for"]

PROJECT = Path(__file__).parents[2]
SECRET = b"a secret that only graders know"
_MAIN = "import sys; sys.path.insert(0, {project!r})\n{before}\nfrom {module} import main; main()"


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether it comes true; fails rather than to wait for ever."""
    for _ in range(3000):
        if holds():
            return True
        time.sleep(0.02)
    return False


@dataclass
class DaskCluster:
    """A scheduler with as many workers as a test starts; ends them all."""

    folder: Path
    address: str = ""
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _scheduler: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> DaskCluster:
        file = self.folder / "scheduler.json"
        self._scheduler = self._start(
            "scheduler", "--port", "0", "--scheduler-file", str(file), before=""
        )
        # It is there before it is written.
        assert eventually(lambda: file.exists() and file.stat().st_size > 0)
        self.address = json.loads(file.read_text(encoding="utf-8"))["address"]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end_scheduler()
        for worker in self.workers:
            worker.terminate()
        for worker in self.workers:
            worker.wait()

    def end_scheduler(self) -> None:
        """Kill it, as a machine that fails does."""
        if self._scheduler is not None:
            self._scheduler.kill()
            self._scheduler.wait()
            self._scheduler = None

    def start_worker(
        self, *options: str, before: str = "", environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """A worker of one thread; ``before`` is code that changes what it is."""
        worker = self._start(
            "worker",
            self.address,
            *("--no-nanny", "--nthreads", "1", "--local-directory", str(self.folder)),
            *options,
            before=before,
            environment=environment,
        )
        self.workers.append(worker)
        return worker

    def client(self) -> Any:
        """A client of its own, to be closed; most of it has no types."""
        make: Callable[..., Any] = Client
        return make(self.address, set_as_default=False)

    def await_workers(self) -> None:
        """Wait until all that were started are with the scheduler."""
        with self.client() as client:
            client.wait_for_workers(len(self.workers))

    def courses(self) -> Sequence[Path]:
        """Folders of courses that workers have unpacked."""
        return sorted(self.folder.glob("dask-scratch-space*/*/course-*"))

    @contextmanager
    def executor(self, course: Course, **options: Any) -> Iterator[tuple[ClusterExecutor, Heard]]:
        """An executor for all of a course's exercises, and what it tells."""
        heard = Heard()
        setup = replace(setup_for(course), required=options.pop("required", "process"))
        package = pack(course.root, course.exercises)
        executor = ClusterExecutor(setup, package, connect(self.address), heard, **options)
        try:
            yield executor, heard
        finally:
            executor.close()

    def _start(
        self,
        role: str,
        *options: str,
        before: str,
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.Popen[bytes]:
        module = f"distributed.cli.dask_{role}"
        code = _MAIN.format(project=str(PROJECT), before=before, module=module)
        with open(self.folder / f"{role}-{len(self.workers)}.log", "wb") as log:
            return subprocess.Popen(
                [sys.executable, "-c", code, "--host", "127.0.0.1", "--no-dashboard", *options],
                env={**os.environ, **(environment or {})},
                stdout=log,
                stderr=log,
            )


class Heard:
    """What an executor told, in English."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def __call__(self, message: str, values: Mapping[str, object]) -> None:
        self.said.append(message.format(**values))


@dataclass
class Fates:
    """What became of works."""

    results: dict[str, ExerciseResult] = field(default_factory=dict)
    died: list[Died] = field(default_factory=list)
    returned: int = 0


def carry_out(
    executor: Executor,
    pieces: Sequence[Sequence[Work]],
    meanwhile: Callable[[Fates], None] = lambda fates: None,
    *,
    again: bool = True,
) -> Fates:
    """Submit ``pieces`` and wait until each work has its end; ``again``: or a result.

    Fails if an executor says of a work what became of it more often than it was submitted.
    """
    fates = Fates()
    under_way: list[str] = []

    def submit(works: Sequence[Work]) -> None:
        under_way.extend(work.name for work in works)
        executor.submit(works)

    for piece in pieces:
        submit(piece)
    while under_way:
        for event in executor.events(0.25):
            ended = event.works if isinstance(event, Returned) else (event.work,)
            for work in ended:
                under_way.remove(work.name)
            if isinstance(event, Finished):
                assert event.work.name not in fates.results
                fates.results[event.work.name] = event.result
                continue
            if isinstance(event, Died):
                fates.died.append(event)
            else:
                fates.returned += len(ended)
            if again:
                submit(ended)
        meanwhile(fates)
    return fates


def setup_for(course: Course) -> Setup:
    return Setup(
        root=course.root,
        exercises=tuple(exercise.key for exercise in course.exercises),
        secret=SECRET,
    )
