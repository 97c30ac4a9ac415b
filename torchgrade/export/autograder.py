"""The zip that Gradescope makes an autograder of: the engine, and the course's part that it needs.

What is in it: ``setup.sh`` and ``run_autograder`` at the root, executable, as Gradescope demands;
pinned requirements with PyTorch for the CPU; the engine's source; course.yml with the graders and
model answers of the exercises chosen; and a secret, if it is given one. Nothing else: no other
exercise, no test of the project. The same course makes the same bytes.
"""

from __future__ import annotations

import json
import math
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import IO

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from torchgrade.course import COURSE_FILE, Course, Exercise
from torchgrade.errors import N_, UserError
from torchgrade.export.gradescope import Visibility
from torchgrade.sandbox.levels import Level

__all__ = ["FORMAT", "Autograder", "AutograderError", "build", "requirements"]

FORMAT = 1
ENGINE = Path(__file__).parents[1]

_SCRIPTS = {"setup.sh": "setup.sh", "run_autograder": "run_autograder.sh"}
_ENGINE_FILES = frozenset({".py", ".yml", ".json", ".mo"})
_EXECUTABLE, _PLAIN, _PRIVATE = 0o755, 0o644, 0o600
_SPARE_SECONDS = 60.0
"""For starting up, on half a processor."""
_SPARE_BYTES = 3 << 29
"""For the grader and the fork server, each with PyTorch, and the values that they exchange."""


class AutograderError(UserError):
    """The zip can't be made of this course or in this environment."""


@dataclass(frozen=True)
class Autograder:
    """What was built, for those who set up the assignment."""

    exercises: int
    points: float
    minutes: int
    """The time limit to set, so that no answer within the course's limits is cut off."""
    gigabytes: int
    """The memory to set, for PyTorch twice and the largest that an answer may take."""


def build(
    course: Course,
    exercises: Sequence[Exercise],
    stream: IO[bytes],
    *,
    language: str,
    hidden: Visibility = Visibility.AFTER_PUBLISHED,
    sandbox: Level = Level.LANDLOCK,
    secret: bytes = b"",
    torch_index: str | None = None,
) -> Autograder:
    """Write the autograder for ``exercises`` to ``stream``.

    Args:
        hidden: when Gradescope shows hidden tests.
        sandbox: the lowest level to grade at; below it nothing is graded.
        secret: makes inputs unpredictable; whoever has the zip has it. Empty leaves it out.
        torch_index: where builds of PyTorch for the CPU are; None takes pip's own, which is larger
            by gigabytes of CUDA.

    Raises:
        AutograderError: a grader or model answer is missing, or PyTorch is no release.
    """
    members = {
        **{name: _script(file) for name, file in _SCRIPTS.items()},
        "requirements.txt": "\n".join([*requirements(torch_index), ""]).encode(),
        "autograder.json": _settings(course, exercises, language, hidden, sandbox),
        **dict(_course_files(course, exercises)),
        **dict(_engine_files()),
    }
    if secret:
        members["course/.torchgrade/secret"] = secret
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, contents in members.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, whose modes follow
            mode = _EXECUTABLE if name in _SCRIPTS else _PLAIN
            entry.external_attr = (_PRIVATE if name.endswith("/secret") else mode) << 16
            archive.writestr(entry, contents)
    seconds = math.fsum(exercise.limits.exercise_seconds for exercise in exercises)
    return Autograder(
        len(exercises),
        math.fsum(exercise.points for exercise in exercises),
        math.ceil((seconds + _SPARE_SECONDS) / 60),
        math.ceil((max(e.limits.memory for e in exercises) + _SPARE_BYTES) / 1e9),
    )


def requirements(torch_index: str | None = None, project: str = "torchgrade") -> list[str]:
    """Lines of a requirements file: all that ``project`` needs, as it is installed here.

    With ``torch_index`` PyTorch is the CPU's, from there. Its version is then a local one, such as
    2.13.0+cpu, which pip's own index can't have: nobody can put another package in its place.
    """
    pinned: dict[str, str] = {}
    waiting = [project]
    seen: set[str] = set()
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in seen:
            continue
        seen.add(name)
        try:
            found = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # of CUDA, which a build for the CPU does without
        if name != canonicalize_name(project):
            pinned[name] = _version(name, found.version, local="+cpu" if torch_index else "")
        for line in found.requires or ():
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                waiting.append(needed.name)
    lines = [f"{name}=={version}" for name, version in sorted(pinned.items())]
    return [f"--extra-index-url {torch_index}", *lines] if torch_index else lines


def _version(name: str, version: str, local: str) -> str:
    if name != "torch":
        return version
    parsed = Version(version)
    if parsed.is_prerelease or parsed.is_devrelease:
        raise AutograderError(
            N_("PyTorch {version} is installed here, which is no release."),
            N_("Install a release of PyTorch and build again, so that it can be pinned."),
            {"version": version},
        )
    return f"{parsed.public}{local}"


def _settings(
    course: Course,
    exercises: Sequence[Exercise],
    language: str,
    hidden: Visibility,
    sandbox: Level,
) -> bytes:
    settings = {
        "format": FORMAT,
        "exercises": [exercise.key for exercise in exercises],
        "language": language,
        "hidden": hidden.value,
        "sandbox": sandbox.value,
        "course_sandbox": course.sandbox,
    }
    return json.dumps(settings, indent=1).encode() + b"\n"


def _course_files(course: Course, exercises: Sequence[Exercise]) -> Iterator[tuple[str, bytes]]:
    yield f"course/{COURSE_FILE}", _read(course.root / COURSE_FILE, course.root)
    for exercise in exercises:
        for file in (exercise.solution, exercise.grader):
            name = file.relative_to(course.root).as_posix()
            yield f"course/{name}", _read(file, course.root)


def _read(file: Path, root: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise AutograderError(
            N_("{path} can't be read: {reason}."),
            N_("An autograder needs every grader and model answer; “course audit” finds gaps."),
            {"path": file.relative_to(root), "reason": error.strerror},
        ) from None


def _engine_files() -> Mapping[str, bytes]:
    return {
        f"engine/torchgrade/{file.relative_to(ENGINE).as_posix()}": file.read_bytes()
        for file in sorted(ENGINE.rglob("*"))
        if file.suffix in _ENGINE_FILES and "__pycache__" not in file.parts and file.is_file()
    }


def _script(name: str) -> bytes:
    return Path(__file__).with_name(name).read_bytes().replace(b"\r\n", b"\n")
