"""Jobs of Slurm's: what is handed in, and the whole way with an sbatch that runs jobs here."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from textwrap import dedent
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.batch.dask_cluster import Fates, Heard, carry_out, eventually, setup_for
from tests.grading import Task, write_course
from torchgrade.batch.cluster import ClusterExecutor
from torchgrade.batch.package import pack
from torchgrade.batch.slurm import SlurmUnavailable, open_slurm
from torchgrade.course import Course, Slurm, read
from torchgrade.grading.messages import Work
from torchgrade.submission import Source

SBATCH = """\
#!/bin/sh
cp "$1" "$SLURM_HERE/$$.sh"
setsid sh "$SLURM_HERE/$$.sh" </dev/null >"$SLURM_HERE/$$.log" 2>&1 &
echo $! >>"$SLURM_HERE/started"
echo "Submitted batch job $!"
"""
SCANCEL = """\
#!/bin/sh
echo "$1" >>"$SLURM_HERE/cancelled"
kill -TERM -- "-$1"
"""
JOBS = Slurm(cores=1, memory=2 << 30, walltime=timedelta(hours=1), jobs=2, interface="lo")
SECTION = """\
format: 1
title: {en: Tiny}
languages: [en]
cluster:
  slurm:
    partition: cpu
    account: teaching
    cores: 16
    memory: 48 GiB
    walltime: 26 h
    jobs: 4
    gpus: 2
    python: /opt/venv/bin/python
    interface: lo
    directives: [--constraint=avx2, --nice=100]
    prologue: [module load gcc]
chapters: {}
"""


@dataclass(frozen=True)
class FakeSlurm:
    """What was handed in here, and what became of it."""

    folder: Path

    def _lines(self, name: str) -> list[int]:
        file = self.folder / name
        return list(map(int, file.read_text().split())) if file.exists() else []

    @property
    def started(self) -> list[int]:
        return self._lines("started")

    @property
    def cancelled(self) -> list[int]:
        return self._lines("cancelled")

    @property
    def scripts(self) -> list[str]:
        return [file.read_text(encoding="utf-8") for file in sorted(self.folder.glob("*.sh"))]


@pytest.fixture
def slurm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSlurm]:
    """sbatch and scancel that run jobs on this machine; whatever is left is killed."""
    commands, folder = tmp_path / "bin", tmp_path / "jobs"
    commands.mkdir()
    folder.mkdir()
    for name, text in (("sbatch", SBATCH), ("scancel", SCANCEL)):
        (commands / name).write_text(text)
        (commands / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{commands}:{os.environ['PATH']}")
    monkeypatch.setenv("SLURM_HERE", str(folder))
    fake = FakeSlurm(folder)
    yield fake
    for job in fake.started:
        with suppress(ProcessLookupError):
            os.killpg(job, signal.SIGKILL)


def described(section: str) -> Slurm:
    slurm = read(section, Path("/c/course.yml")).slurm
    assert slurm is not None
    return slurm


def test_a_job_is_what_course_yml_asks_for(slurm: FakeSlurm, tmp_path: Path) -> None:
    """Each key of the section stands in the script; one worker of one thread for each GPU."""
    connection = open_slurm(described(SECTION), tmp_path / "kept")
    web = connection.client.cluster.scheduler.http_server.port
    try:
        assert eventually(lambda: len(slurm.started) == 4)
        script = slurm.scripts[0]
        with pytest.raises(HTTPError, match="404"):  # whoever else is on this machine
            urlopen(f"http://127.0.0.1:{web}/json/identity.json")
    finally:
        connection.client.close()
        connection.shut_down()
    lines = script.splitlines()
    for line in (
        "#SBATCH -J torchgrade",
        "#SBATCH -p cpu",
        "#SBATCH -A teaching",
        "#SBATCH --cpus-per-task=16",
        "#SBATCH --mem=48G",
        "#SBATCH -t 1-02:00:00",
        "#SBATCH --gres=gpu:2",
        "#SBATCH --constraint=avx2",
        "#SBATCH --nice=100",
        "module load gcc",
        "export DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED=False",
    ):
        assert line in lines
    command = lines[-1]
    assert command.startswith("/opt/venv/bin/python -m distributed.cli.dask_worker tls://127.0.0.1")
    assert "--nworkers 2" in command
    assert "--resources GPU=1" in command
    assert "--interface lo" in command
    assert "--tls-key" in command
    assert connection.expected == 8


def test_without_gpus_a_job_has_a_grader_for_each_core(slurm: FakeSlurm, tmp_path: Path) -> None:
    """Each with its share of the memory."""
    without = described(SECTION.replace("gpus: 2", "gpus: 0"))
    connection = open_slurm(without, tmp_path / "kept", most=20)
    try:
        assert eventually(lambda: len(slurm.started) == 2)
    finally:
        connection.client.close()
        connection.shut_down()
    command = slurm.scripts[0].splitlines()[-1]
    assert "--nworkers 16" in command
    assert "--nthreads 1 --memory-limit 3.00GiB" in command
    assert "--resources" not in command
    assert connection.expected == 32


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return write_course(
        tmp_path / "course", [Task("def test_it(student):\n    close(student.f(2), 4)\n")]
    )


def test_jobs_grade_and_a_lost_one_is_asked_for_again(
    slurm: FakeSlurm, course: Course, tmp_path: Path
) -> None:
    """From sbatch to results, with one job killed; at the end all jobs are cancelled."""
    kept = tmp_path / "kept"
    (exercise,) = course.exercises
    text = dedent("def f(x):\n    return 2 * x\n")
    works = [Work(f"{n}", exercise.key, Source(Path("task.py"), text, "")) for n in range(40)]
    pieces = [works[start : start + 5] for start in range(0, 40, 5)]
    connection = open_slurm(JOBS, kept)
    executor = ClusterExecutor(
        setup_for(course), pack(course.root, course.exercises), connection, Heard()
    )
    killed: list[int] = []

    def kill_a_job(fates: Fates) -> None:
        if fates.results and not killed:
            killed.append(slurm.started[0])
            os.killpg(killed[0], signal.SIGKILL)

    try:
        keys = list(kept.rglob("key.pem"))
        assert [file.stat().st_mode & 0o777 for file in keys] == [0o600]
        fates = carry_out(executor, pieces, kill_a_job)
        assert eventually(lambda: len(slurm.started) >= 3)
    finally:
        executor.close()
    assert len(fates.results) == 40
    assert all(result.passed for result in fates.results.values())
    assert set(slurm.started) - {killed[0]} <= set(slurm.cancelled)
    assert list(kept.rglob("key.pem")) == []
    assert eventually(lambda: not any(map(_runs, slurm.started)))


def _runs(job: int) -> bool:
    try:
        os.killpg(job, 0)
    except ProcessLookupError:
        return False
    return True


def test_where_there_is_no_slurm_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With where to go instead."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SlurmUnavailable, match="login node"):
        open_slurm(JOBS, tmp_path)


def test_a_network_that_is_not_there_is_said(slurm: FakeSlurm, tmp_path: Path) -> None:
    """By its name, with the interfaces that there are; no key stays behind."""
    gone = Slurm(1, 2 << 30, timedelta(hours=1), 1, interface="ib77")
    with pytest.raises(SlurmUnavailable, match="ib77"):
        open_slurm(gone, tmp_path / "kept")
    assert list(tmp_path.rglob("*.pem")) == []
    assert slurm.started == []
