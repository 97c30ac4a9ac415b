"""What a class writes for one exercise, and what each answer is worth."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from benchmarks.demo_class.faults import (
    CRASHES,
    Fault,
    broken_files,
    crashed,
    endless,
    half_done,
    misspelt,
)
from benchmarks.demo_class.handwriting import disguised, rewritten
from benchmarks.demo_class.splice import grafted, spliced
from torchgrade.course import Exercise
from torchgrade.definitions import top_level_names

__all__ = ["MISSING", "Answers", "Given", "Truth"]

_FEW = 30
_MIXED = 0.6


@dataclass(frozen=True)
class Truth:
    """What grading must find."""

    what: str
    """``right``, ``misconception``, ``wrong``, ``half``, ``stub``, ``crash``, ``loop``,
    ``memory``, ``syntax``, ``broken`` or ``missing``."""
    origin: str
    """What it was made of: the name of a file or of an implementation, or of a fault."""
    misconception: str | None = None
    """Which one must be diagnosed in at least one test, if any."""
    failure: str | None = None
    """The kind of failure by which at least one test fails, if that is known."""

    @property
    def verdict(self) -> str:
        """``right``: full marks. ``wrong``: less, or nothing. ``absent``: nothing to grade."""
        return {"right": "right", "missing": "absent"}.get(self.what, "wrong")


@dataclass(frozen=True)
class Given:
    """One file that somebody hands in; ``content`` is None for a folder in its place."""

    content: bytes | None
    truth: Truth


MISSING = Given(b"", Truth("missing", "missing", failure="absent"))


@dataclass
class Answers:
    """Draws answers to one exercise.

    Up to ``distinct`` different texts of right and wrong answers are made; then they repeat.
    """

    exercise: Exercise
    rng: Random
    distinct: int
    _bases: dict[str, Sequence[tuple[str, Truth]]] = field(default_factory=dict)
    _weights: dict[str, Sequence[float]] = field(default_factory=dict)
    _made: dict[str, list[Given]] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)
    _faults: dict[str, Sequence[Fault]] = field(default_factory=dict)
    _has_classes: bool = False

    @classmethod
    def of(cls, exercise: Exercise, answers: Path, rng: Random, distinct: int) -> Answers:
        """From the course's files, and from ``answers`` if it has a folder for the exercise."""
        found = cls(exercise, rng, distinct)
        for text, truth in _bases(exercise, answers / exercise.chapter / exercise.name):
            found._bases.setdefault(truth.what, [])
            found._bases[truth.what] = [*found._bases[truth.what], (text, truth)]
        for what, bases in found._bases.items():
            # Some ideas are commoner than others.
            weights = [1 / (rank + 4) for rank in range(len(bases))]
            rng.shuffle(weights)
            found._weights[what] = weights
        found._faults = _faults(exercise, rng)
        stub = ast.parse(exercise.stub.read_bytes())
        found._has_classes = any(isinstance(node, ast.ClassDef) for node in stub.body)
        return found

    @property
    def stub(self) -> Given:
        return Given(self.exercise.stub.read_bytes(), Truth("stub", "stub", failure="not_started"))

    def draw(self, what: str) -> Given:
        """An answer of the kind ``what``; a wrong one where the exercise has none of the kind."""
        if what == "missing":
            return MISSING
        if what == "stub":
            return self.stub
        if what in self._faults:
            fault = self.rng.choice(self._faults[what])
            return Given(fault.content, Truth(what, fault.name, failure=fault.failure))
        if what == "half":
            return self._kept("half", self._half, _FEW)
        what = what if what in self._bases else "misconception"
        others = sum(len(made) for name, made in self._made.items() if name != what)
        return self._kept(what, lambda: self.own(what), max(1, self.distinct - others))

    def _kept(self, what: str, write: Callable[[], Given], most: int) -> Given:
        """A new text while there are fewer than ``most`` of the kind; then one of them again."""
        made = self._made.setdefault(what, [])
        if len(made) >= most:
            return self.rng.choice(made)
        made.append(write())
        return made[-1]

    def _half(self) -> Given:
        whole = self.unlike_others("right").content
        assert whole is not None
        half = half_done(whole.decode(), self.rng)
        return Given(half.encode(), Truth("half", "half")) if half else self.stub

    def own(self, what: str) -> Given:
        """An answer that nobody else has, unless few can be told apart."""
        text, truth = self._text(what)
        if truth.origin in self._used:
            return self._personal(text, truth)
        self._used.add(truth.origin)
        return Given(text.encode(), truth)

    def unlike_others(self, what: str) -> Given:
        """As `own`, and never a file of the course as it is."""
        return self._personal(*self._text(what))

    def _personal(self, text: str, truth: Truth) -> Given:
        """An answer to which several ideas and a hand of its own went."""
        # Of functions, each keeps its contract alone; classes hang on each other.
        if truth.what == "right" and not self._has_classes:
            for name in sorted(top_level_names(self.exercise.stub)):
                if self.rng.random() < _MIXED:
                    text = grafted(name, self._text("right")[0], text) or text
        return Given(rewritten(text, self.rng).encode(), truth)

    def copied(self, given: Given, disguise: str) -> Given:
        """What somebody who was given ``given`` by its author hands in."""
        assert given.content is not None
        public = top_level_names(self.exercise.stub)
        text = disguised(given.content.decode(), public, disguise, self.rng)
        return Given(text.encode(), given.truth)

    def _text(self, what: str) -> tuple[str, Truth]:
        return self.rng.choices(self._bases[what], self._weights[what])[0]


def _bases(exercise: Exercise, answers: Path) -> list[tuple[str, Truth]]:
    model = exercise.solution.read_text(encoding="utf-8")
    found = [(model, Truth("right", "solution"))]
    for part in spliced(exercise.grader, exercise.solution):
        if part.right:
            found.append((part.text, Truth("right", part.name)))
        else:
            found.append((part.text, Truth("misconception", part.name, misconception=part.name)))
    for file in sorted(answers.glob("*.py")):
        text = _without_docstring(file.read_text(encoding="utf-8"))
        if file.stem.startswith("right_"):
            found.append((text, Truth("right", file.stem)))
        elif "__" in file.stem:
            name = file.stem.partition("__")[2]
            found.append((text, Truth("misconception", file.stem, misconception=name)))
        else:
            found.append((text, Truth("wrong", file.stem)))
    for text, truth in found:
        ast.parse(text, truth.origin)
    return found


def _without_docstring(text: str) -> str:
    """A file's first words say what it is an example of, which no student would write."""
    tree = ast.parse(text)
    if ast.get_docstring(tree) is None:
        return text
    end = tree.body[0].end_lineno
    assert end is not None
    return "".join(text.splitlines(keepends=True)[end:]).lstrip("\n")


def _faults(exercise: Exercise, rng: Random) -> dict[str, Sequence[Fault]]:
    model = exercise.solution.read_text(encoding="utf-8")
    dying = [crashed(model, crash) for crash in CRASHES if crash not in ("loop", "memory")]
    return {
        "crash": dying,
        "loop": endless(model),
        "memory": [crashed(model, "memory")],
        "syntax": [misspelt(model, rng) for _ in range(6)],
        "broken": broken_files(model, rng),
    }
