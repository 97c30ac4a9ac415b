"""What a cluster costs: the same class on grader processes of this machine and on Dask workers.

Run ``python -m benchmarks.cluster``. A scheduler and one worker for each core, all on 127.0.0.1,
take turns with as many local grader processes over the same answers of thirty tests each. Both
are warm; what is compared is the way to the worker and back. Exits with 1 if a submission costs
more than 1.1 times as much on the cluster. Then prints what travels for each submission.
"""

from __future__ import annotations

import argparse
import logging
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from os import sched_getaffinity
from typing import Any

import dask
from distributed import Client, LocalCluster

from benchmarks.batch_cost.ours import works
from benchmarks.batch_cost.texts import benchmark_course, thirty
from benchmarks.measure import line, paired, seconds
from torchgrade.batch.cluster import ClusterExecutor
from torchgrade.batch.executor import Executor, Finished
from torchgrade.batch.link import Connection
from torchgrade.batch.local import LocalExecutor
from torchgrade.batch.package import Package, pack
from torchgrade.batch.parcel import Reply, write_works
from torchgrade.grading.messages import Setup, Work
from torchgrade.result import ExerciseResult

_LIMIT = 1.1
_PIECE = 24
"""Works handed out together, as `course grade` does."""


def _grade(executor: Executor, todo: Sequence[Work]) -> Mapping[str, ExerciseResult]:
    """All results, by the work's name."""
    found: dict[str, ExerciseResult] = {}
    for start in range(0, len(todo), _PIECE):
        executor.submit(todo[start : start + _PIECE])
    while len(found) < len(todo):
        for event in executor.events(1.0):
            if not isinstance(event, Finished):
                raise RuntimeError(f"a grader process failed: {event}")
            found[event.work.name] = event.result
    return found


def _tell(message: str, values: Mapping[str, object]) -> None:
    raise RuntimeError(message.format_map(values))


def _dask(stack: ExitStack, jobs: int) -> Connection:
    """A cluster of its own processes, which ends with ``stack``."""
    logging.getLogger("distributed").setLevel(logging.ERROR)
    dask.config.set({"distributed.worker.profile.enabled": False})  # as docs/cluster.md says
    make: Callable[..., Any] = LocalCluster
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    cluster = stack.enter_context(
        make(
            n_workers=jobs,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            local_directory=folder,
        )
    )
    client: Callable[..., Any] = Client
    return Connection(client(cluster, set_as_default=False), cluster.scheduler_address)


def main() -> int:
    """Measure and print; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--answers", type=int, default=96, help="submissions in a round")
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    jobs = len(sched_getaffinity(0))
    course = benchmark_course()
    todo = works(thirty(chosen.answers))
    exercises = [e for e in course.exercises if e.key == todo[0].exercise]
    setup = Setup(course.root, tuple(e.key for e in exercises), secret=b"bench")
    limits = {exercise.key: exercise.limits for exercise in exercises}
    package = pack(course.root, exercises)
    with ExitStack() as stack:
        local = stack.enter_context(closing(LocalExecutor(setup, limits, jobs)))
        connection = _dask(stack, jobs)
        remote = stack.enter_context(closing(ClusterExecutor(setup, package, connection, _tell)))
        # Once around first: each process imports and collects.
        results = _grade(local, todo)
        alike = _scores(results) == _scores(_grade(remote, todo))
        here, there = paired(
            lambda: seconds(lambda: _grade(local, todo)) / len(todo),
            lambda: seconds(lambda: _grade(remote, todo)) / len(todo),
            chosen.rounds,
        )
    print(f"{jobs} workers, a submission of thirty tests; least, median, largest")
    print(line("grader processes of this machine", here))
    print(line("Dask workers", there))
    ratio = statistics.median(t / h for t, h in zip(there, here, strict=True))
    held = alike and ratio <= _LIMIT
    print(f"{'same' if alike else 'OTHER'} scores")
    print(f"{'holds' if held else 'FAILS'}  cluster against one machine: {ratio:.3f} ({_LIMIT:g})")
    _print_traffic(todo, results, package)
    return 0 if held else 1


def _scores(results: Mapping[str, ExerciseResult]) -> Mapping[str, list[str]]:
    return {
        name: [outcome.status.value for outcome in result.outcomes]
        for name, result in results.items()
    }


def _print_traffic(
    todo: Sequence[Work], results: Mapping[str, ExerciseResult], package: Package
) -> None:
    piece = todo[:_PIECE]
    there = len(write_works(piece)) / len(piece)
    reply = Reply(results={i: results[work.name] for i, work in enumerate(piece)})
    back = len(reply.write({})) / len(piece)
    print(f"bytes for each submission: {there:.0f} there, {back:.0f} back")
    print(f"bytes for each worker, once: {len(package.data)}, and the engine is there already")


if __name__ == "__main__":
    sys.exit(main())
