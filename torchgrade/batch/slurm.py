"""Jobs on a Slurm cluster, as course.yml asks for them, that come to a scheduler of our own.

Whoever can reach a Dask scheduler can run anything as its owner, and a login node is full of
people. So this one speaks TLS with a key that is made for it and that nobody else can read.
"""

from __future__ import annotations

import contextlib
import shlex
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import dask
from dask_jobqueue.slurm import SLURMCluster
from distributed import Client
from distributed.security import Security

from torchgrade.batch.link import NO_JOB, Connection
from torchgrade.course import Slurm
from torchgrade.errors import N_, UserError

__all__ = ["SlurmUnavailable", "open_slurm"]

_CLOSE_SECONDS: Final = 30
# It looks at a worker a hundred times a second, on the core that grades.
_NO_PROFILER: Final = "export DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED=False"


class SlurmUnavailable(UserError):
    """Jobs can't be handed in from here."""


def open_slurm(slurm: Slurm, folder: Path, most: int | None = None) -> Connection:
    """Start a scheduler here and ask Slurm for jobs; they are cancelled with the connection.

    Jobs that end, at their walltime or otherwise, are asked for again.

    Args:
        folder: where the key and what jobs print are kept; jobs must find it under the same
            path. It is made if need be, readable by nobody else.
        most: how many workers are wanted at most.

    Raises:
        SlurmUnavailable: there is no Slurm here, or the folder or network can't be used.
    """
    if shutil.which("sbatch") is None:
        raise SlurmUnavailable(
            N_("There is no sbatch here, so no job can be handed in to Slurm."),
            N_("Run this where Slurm's commands are, such as on a login node of the cluster."),
        )
    jobs = slurm.jobs if most is None else min(slurm.jobs, -(-most // slurm.workers))
    make: Callable[..., Any] = Client
    ended = contextlib.ExitStack()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        keys = Path(tempfile.mkdtemp(prefix="keys-", dir=folder))
        ended.callback(shutil.rmtree, keys, ignore_errors=True)
        with dask.config.set({"distributed.scheduler.http.routes": []}):
            cluster = _cluster(slurm, folder, _security(keys))
        ended.callback(_close, cluster)
        cluster.adapt(minimum_jobs=jobs, maximum_jobs=jobs)
        client = make(cluster, set_as_default=False, name="torchgrade")
    except (OSError, ValueError, RuntimeError, ImportError) as error:
        ended.close()
        raise SlurmUnavailable(
            N_("No jobs can be asked for at Slurm: {reason}."),
            N_("See docs/cluster.md for what the section “cluster” of course.yml needs."),
            {"reason": " ".join(str(error).split())},
        ) from None

    return Connection(client, "slurm", NO_JOB, jobs * slurm.workers, ended.close)


def _close(cluster: Any) -> None:
    with contextlib.suppress(Exception):  # Slurm may be gone by then
        cluster.close(timeout=_CLOSE_SECONDS)


def _security(folder: Path) -> Any:
    """TLS with a certificate made for this time; jobs read it in ``folder``."""
    make: Callable[..., Any] = Security.temporary
    made = make()
    pems = {"cert": made.tls_client_cert, "key": made.tls_client_key, "ca": made.tls_ca_file}
    files = {name: folder / f"{name}.pem" for name in pems}
    for name, file in files.items():
        file.touch(mode=0o600)
        file.write_text(pems[name], encoding="ascii")
    roles = ("scheduler", "worker", "client")
    with_files: Callable[..., Any] = Security
    return with_files(
        tls_ca_file=str(files["ca"]),
        **{f"tls_{role}_{part}": str(files[part]) for role in roles for part in ("cert", "key")},
        require_encryption=True,
    )


def _cluster(slurm: Slurm, folder: Path, security: Any) -> Any:
    directives = [f"--gres=gpu:{slurm.gpus}"] if slurm.gpus else []
    resources = ["--resources", "GPU=1"] if slurm.gpus else []
    make: Callable[..., Any] = SLURMCluster
    return make(
        queue=slurm.partition,
        account=slurm.account,
        cores=slurm.cores,
        processes=slurm.workers,
        memory=f"{slurm.memory} B",
        walltime=_clock(round(slurm.walltime.total_seconds())),
        job_name="torchgrade",
        python=shlex.quote(slurm.python) if slurm.python else None,
        interface=slurm.interface,
        job_extra_directives=[*directives, *slurm.directives],
        job_script_prologue=[_NO_PROFILER, *slurm.prologue],
        worker_extra_args=[*resources, "--no-dashboard"],
        log_directory=str(folder),
        security=security,
        # A scheduler can't be without a web server; this one has no pages and hears only itself.
        scheduler_options={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
        silence_logs="CRITICAL",
    )


def _clock(seconds: int) -> str:
    """As sbatch reads it: ``days-hours:minutes:seconds``."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return f"{days}-{hours:02}:{minutes:02}:{rest:02}"
