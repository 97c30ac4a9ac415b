"""Content keys: what a result depends on, in one number.

Two answers with the same key have the same result, whoever handed them in and whenever. What a
result does not depend on (the student, the exercise's points, the wording of statements and
hints) is not in it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Final

from torchgrade.course import Exercise
from torchgrade.result_tree import FORMAT
from torchgrade.submission import Absent, Answer, Reason, Source, Unreadable
from torchgrade.timing.device import timed_on

__all__ = ["ExerciseKeys", "answer_of", "digest_of", "engine_text", "neutral"]

# What of the engine decides about a verdict; reports, stores and commands do not.
_VERDICT: Final = ("*.py", "sandbox/*.py", "timing/*.py")
_TIMED: Final = re.compile(rb"^@timed\b", re.MULTILINE)
_ENGINE: Final = Path(__file__).resolve().parents[1]


class ExerciseKeys:
    """The content keys of one exercise's answers.

    It reads the grader and the model answer, and holds for as long as they stay as they are.
    """

    def __init__(self, exercise: Exercise, secret: bytes, *, device: str = "cpu") -> None:
        digest = hashlib.sha256()
        for part in (
            f"results {FORMAT}; {engine_text()}; {exercise.key}; {device}".encode(),
            repr(sorted(asdict(exercise.limits).items())).encode(),
            repr(exercise.timing).encode(),
            # Only where speed counts is a result that of a device.
            timed_on().encode() if _TIMED.search(_contents(exercise.grader)) else b"",
            hashlib.sha256(secret).digest(),
            _contents(exercise.grader),
            _contents(exercise.solution),
        ):
            digest.update(len(part).to_bytes(8, "big") + part)
        self._of_exercise = digest.digest()

    def key(self, digest: str) -> str:
        """The content key of the answer with this `digest_of`."""
        return hashlib.sha256(self._of_exercise + digest.encode()).hexdigest()


def digest_of(answer: Answer) -> str:
    """What identifies an answer; empty for one that was not handed in."""
    match answer:
        case Source():
            return answer.digest
        case Unreadable():
            return _unreadable(answer.reason)
        case Absent():
            return ""


def answer_of(digest: str, source: str | None, path: Path) -> Answer:
    """The answer that a store kept as ``digest`` and ``source``."""
    if source is not None:
        return Source(path, source, digest)
    for reason in Reason:
        if digest == _unreadable(reason):
            return Unreadable(path, reason)
    return Absent(path)


def neutral(answer: Answer, exercise: Exercise) -> Answer:
    """The same answer under a name that tells nothing of its student.

    Results are shared by all who handed in the same, and show the path.
    """
    path = Path(f"{exercise.name}.py")
    match answer:
        case Source():
            return Source(path, answer.text, answer.digest)
        case Unreadable():
            return Unreadable(path, answer.reason)
        case Absent():
            return Absent(path)


def _unreadable(reason: Reason) -> str:
    return hashlib.sha256(f"unreadable: {reason.name}".encode()).hexdigest()


def _contents(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


@lru_cache(maxsize=1)
def engine_text() -> str:
    """The engine by its text, and the torch that it runs on: what no two may differ in."""
    digest = hashlib.sha256()
    for pattern in _VERDICT:
        for file in sorted(_ENGINE.glob(pattern)):
            digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    versions = f"torch {version('torch')}; numpy {version('numpy')}; Python {python_version()}"
    return f"torchgrade {digest.hexdigest()}; {versions}"
