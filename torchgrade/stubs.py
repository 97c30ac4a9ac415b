"""The stubs as they were handed out, whatever has become of them since.

A student bundle carries them under .torchgrade/stubs; in a clone of the course they are what git
has committed.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final

from torchgrade.course import Course, Exercise

__all__ = ["State", "pristine", "state"]

_GIT_SECONDS: Final = 20


class State(Enum):
    """How far an answer in the course's own folder has come."""

    MISSING = "missing"
    PRISTINE = "pristine"
    EDITED = "edited"
    UNKNOWN = "unknown"
    """There is nothing to compare it with."""


def pristine(course: Course, exercises: Sequence[Exercise]) -> Mapping[str, bytes]:
    """The stub of each of ``exercises`` as it was handed out, by key, as far as there is one."""
    found: dict[str, bytes] = {}
    for exercise in exercises:
        file = course.root / ".torchgrade" / "stubs" / exercise.chapter / f"{exercise.name}.py"
        if file.is_file():
            found[exercise.key] = file.read_bytes()
    rest = [exercise for exercise in exercises if exercise.key not in found]
    return {**found, **_committed(course, rest)} if rest else found


def state(exercise: Exercise, handed_out: bytes | None) -> State:
    """Compares the answer with the stub as it was handed out, regardless of line ends."""
    try:
        present = exercise.stub.read_bytes()
    except FileNotFoundError:
        return State.MISSING
    except OSError:
        return State.UNKNOWN
    if handed_out is None:
        return State.UNKNOWN
    same = present.replace(b"\r\n", b"\n") == handed_out.replace(b"\r\n", b"\n")
    return State.PRISTINE if same else State.EDITED


def _committed(course: Course, exercises: Sequence[Exercise]) -> Mapping[str, bytes]:
    """What git's HEAD has of the stubs, all asked in one go. Empty without git or a clone."""
    paths = [f"./exercises/{exercise.chapter}/{exercise.name}.py" for exercise in exercises]
    asked = "".join(f"HEAD:{path}\n" for path in paths)
    try:
        answer = subprocess.run(
            ["git", "cat-file", "--batch"],
            cwd=course.root,
            input=asked.encode(),
            capture_output=True,
            timeout=_GIT_SECONDS,
            check=False,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return {}
    found: dict[str, bytes] = {}
    position = 0
    for exercise in exercises:
        head, newline, _ = answer[position:].partition(b"\n")
        if not newline:
            break
        position += len(head) + 1
        words = head.split()
        # "<id> blob <size>" and then the contents, or "<what was asked> missing".
        if len(words) == 3 and words[2].isdigit():
            size = int(words[2])
            if words[1] == b"blob":
                found[exercise.key] = answer[position : position + size]
            position += size + 1
    return found
