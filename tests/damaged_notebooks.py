"""A class of damaged and hostile notebooks, each with the marks that its answers deserve.

They are made from a released notebook with two exercises, `DOUBLE` and `HALF`. Mostly it is the
first that suffers; the answer to the other is right, and keeps its marks.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from tests.grading import Task
from torchgrade.notebook_cells import graded_source

__all__ = ["CASES", "DOUBLE", "DUE", "HALF", "Case"]

Notebook = dict[str, Any]

DOUBLE: Final = Task(
    """
    def test_small(student):
        close(student.f(3), 6)

    @hidden("Think of zero.")
    def test_zero(student):
        close(student.f(0), 0)

    @misconception("f", "You squared it.")
    def squared(x):
        return x * x
    """,
    name="double",
    points=4.0,
    limits={"seconds": 1},
)
HALF: Final = Task(
    "def test_half(student):\n    close(student.g(8), 4.0)\n",
    solution="def g(x):\n    return x / 2\n",
    name="half",
    points=2.0,
    limits={"seconds": 1},
)
DUE: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
"""When the assignment is due, and handed in by those who are not late."""
RIGHT: Final = "def f(x):\n    return 2 * x\n"
WRONG: Final = "def f(x):\n    return 7\n"
PARTLY: Final = "def f(x):\n    return x * x\n"

PROOF: Final = "PROOF"
"""Stands for a file that must not come to exist."""
TOUCH: Final = f"open('{PROOF}', 'w')\n"
HUGE: Final = 5 * 1024**2
FORGE: Final = """\
import sys
import torchgrade.notebook


def score(*anything):
    return 9.0


torchgrade.notebook.score = score
sys.modules["torchgrade.notebook"] = sys.modules[__name__]
print("9.0")
9.0
"""


@dataclass(frozen=True)
class Case:
    """One student's submission."""

    name: str
    """The student's."""
    double: float | None
    """Points of the first exercise; None if a person has to look."""
    half: float | None = 2.0
    answer: str | None = RIGHT
    """The text of the first answer cell; None leaves it as it was handed out."""
    damage: Callable[[Notebook], object] = field(default=lambda notebook: None)
    """Changes a parsed notebook; or gives the bytes of the file instead."""
    file: str = ""
    """The file's name, if it is not the one that was handed out."""
    beside: Mapping[str, str] = field(default_factory=dict)
    """Other files: an answer to the first exercise for each name of a notebook; else contents."""
    days_late: int = 0
    kernels: bool = False
    """Whether nbgrader's own autograding is tried on it as well, which takes a kernel."""

    def write(self, released: bytes, folder: Path, assignment: str, proof: Path) -> None:
        """Hand it in in ``folder``."""
        folder.mkdir(parents=True)
        when = DUE + timedelta(days=self.days_late)
        (folder / "timestamp.txt").write_text(f"{when:%Y-%m-%d %H:%M:%S} UTC")
        data = self._made(released, self.answer)
        for name, contents in self.beside.items():
            made = self._made(released, contents) if name.endswith(".ipynb") else contents.encode()
            (folder / name).write_bytes(_told(made, proof))
        (folder / (self.file or f"{assignment}.ipynb")).write_bytes(_told(data, proof))

    def _made(self, released: bytes, answer: str | None) -> bytes:
        notebook = json.loads(released)
        if answer is not None:
            cell(notebook, "double")["source"] = answer
            cell(notebook, "half")["source"] = HALF.solution
        given = self.damage(notebook)
        return given if isinstance(given, bytes) else json.dumps(notebook).encode()


def _told(data: bytes, proof: Path) -> bytes:
    return data.replace(PROOF.encode(), str(proof).encode())


def cell(notebook: Notebook, grade_id: str) -> Notebook:
    found: Sequence[Notebook] = [each for each in notebook["cells"] if named(each) == grade_id]
    return found[0]


def named(cell: Notebook) -> object:
    return cell["metadata"].get("nbgrader", {}).get("grade_id")


def metadata(notebook: Notebook, grade_id: str) -> dict[str, Any]:
    told: dict[str, Any] = cell(notebook, grade_id)["metadata"]["nbgrader"]
    return told


def code(source: object) -> Notebook:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": source,
    }


def twice(source: str) -> Callable[[Notebook], None]:
    """The answer once more, as copying and pasting in a text editor gives it."""

    def damage(notebook: Notebook) -> None:
        again = copy.deepcopy(cell(notebook, "double"))
        again["source"] = source
        notebook["cells"].insert(3, again)

    return damage


def without(*grade_ids: str) -> Callable[[Notebook], None]:
    def damage(notebook: Notebook) -> None:
        notebook["cells"] = [c for c in notebook["cells"] if named(c) not in grade_ids]

    return damage


def retyped(**kinds: str) -> Callable[[Notebook], None]:
    def damage(notebook: Notebook) -> None:
        for grade_id, kind in kinds.items():
            found = cell(notebook, grade_id)
            found["cell_type"] = kind
            for key in ("outputs", "execution_count"):
                found.pop(key, None)

    return damage


def reordered(notebook: Notebook) -> None:
    notebook["cells"].reverse()


def told(name: str, **changes: object) -> Callable[[Notebook], None]:
    """Other metadata; None takes an entry away."""

    def damage(notebook: Notebook) -> None:
        found = metadata(notebook, name)
        found.update(changes)
        for key in [key for key, value in found.items() if value is None]:
            del found[key]

    return damage


def all_of(*damages: Callable[[Notebook], object]) -> Callable[[Notebook], None]:
    def damage(notebook: Notebook) -> None:
        for each in damages:
            each(notebook)

    return damage


def around(*sources: str) -> Callable[[Notebook], None]:
    """Cells with each of ``sources`` before all others, and behind them."""

    def damage(notebook: Notebook) -> None:
        cells = notebook["cells"]
        notebook["cells"] = [*map(code, sources), *cells, *map(code, sources)]
        for number, each in enumerate(notebook["cells"]):
            each.setdefault("id", f"extra-{number}")

    return damage


def outputs(grade_id: str, *contents: Notebook) -> Callable[[Notebook], None]:
    def damage(notebook: Notebook) -> None:
        cell(notebook, grade_id)["outputs"] = list(contents)
        cell(notebook, grade_id)["execution_count"] = 1

    return damage


def stream(name: str, text: str) -> Notebook:
    return {"output_type": "stream", "name": name, "text": text}


def result(text: str) -> Notebook:
    data = {"text/plain": text}
    return {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}


def contents(data: bytes) -> Callable[[Notebook], bytes]:
    return lambda notebook: data


def cut_off(notebook: Notebook) -> bytes:
    whole = json.dumps(notebook).encode()
    return whole[: len(whole) // 2]


def with_byte_order_mark(notebook: Notebook) -> bytes:
    return b"\xef\xbb\xbf" + json.dumps(notebook).encode()


def format_4_0(notebook: Notebook) -> None:
    notebook["nbformat_minor"] = 0
    for each in notebook["cells"]:
        del each["id"]


def format_3(notebook: Notebook) -> bytes:
    cells = []
    for each in notebook["cells"]:
        old = {"cell_type": each["cell_type"], "metadata": each["metadata"]}
        if each["cell_type"] == "code":
            old |= {"input": each["source"], "outputs": [], "language": "python"}
            old["collapsed"] = False
        else:
            old["source"] = each["source"]
        cells.append(old)
    sheets = [{"cells": cells, "metadata": {}}]
    whole = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": sheets}
    return json.dumps(whole).encode()


def crlf(notebook: Notebook) -> None:
    for each in notebook["cells"]:
        text = each["source"]
        text = text if isinstance(text, str) else "".join(text)
        each["source"] = text.replace("\n", "\r\n")


def source(value: object) -> Callable[[Notebook], None]:
    def damage(notebook: Notebook) -> None:
        cell(notebook, "double")["source"] = value

    return damage


ENDLESS: Final = "while True:\n    pass\n"
LOOPS: Final = "def f(x):\n    while True:\n        pass\n"
DIES: Final = "import os\nos._exit(1)\n"
CASES: Final = (
    # What everybody hands in.
    Case("right", 4.0),
    Case("wrong", 0.0, answer=WRONG),
    Case("partly", 2.0, answer=PARTLY),
    Case("stub", 0.0, 0.0, answer=None),
    Case("late", 2.0, answer=PARTLY, days_late=3, kernels=True),
    # Accidents of editing.
    Case("twice-equal", 4.0, damage=twice(RIGHT + "\n")),
    Case("twice-differing", None, damage=twice(WRONG), kernels=True),
    Case("twice-and-empty", 4.0, damage=twice("\n")),
    Case("answer-deleted", 0.0, damage=without("double")),
    Case("tests-deleted", 4.0, damage=without("check_double", "test_double", "setup")),
    Case("all-deleted", 0.0, 0.0, damage=lambda notebook: notebook["cells"].clear()),
    Case("reordered", 4.0, damage=reordered),
    Case("answer-as-markdown", 4.0, damage=retyped(double="markdown")),
    Case("answer-as-raw", 4.0, damage=retyped(double="raw")),
    Case("test-as-markdown", 4.0, damage=retyped(test_double="markdown", setup="raw")),
    Case(
        "edited-all-over",
        4.0,
        damage=all_of(
            twice(RIGHT),
            without("check_double", "test_half"),
            retyped(double="markdown", test_double="raw"),
            reordered,
        ),
        kernels=True,
    ),
    # Metadata.
    Case("points", 0.0, answer=WRONG, damage=told("test_double", points=100)),
    Case("points-are-text", 2.0, answer=PARTLY, damage=told("test_double", points="many")),
    Case("answer-renamed", 4.0, damage=told("double", grade_id="mine")),
    Case("test-renamed", 4.0, damage=told("test_double", grade_id="mine")),
    Case("answer-names-the-test", 4.0, damage=told("test_double", grade_id="test_half")),
    Case("name-is-a-list", 4.0, damage=told("check_double", grade_id=["double"])),
    Case("answer-has-points", 0.0, answer=WRONG, damage=told("double", grade=True, points=50)),
    Case("unlocked", 4.0, damage=told("test_double", locked=False, grade=False, solution=True)),
    Case("schema-missing", 4.0, damage=told("double", schema_version=None)),
    Case("schema-of-old", 4.0, damage=told("test_double", schema_version=1)),
    Case("schema-of-tomorrow", 4.0, damage=told("test_double", schema_version=99)),
    Case("metadata-gone", 4.0, damage=lambda n: [c.update(metadata={}) for c in n["cells"]]),
    Case(
        "told-otherwise",
        2.0,
        answer=PARTLY,
        damage=all_of(
            told("test_double", points=100, locked=False),
            told("double", grade_id="mine", grade=True, points=50),
            told("test_half", grade_id="yours"),
        ),
        kernels=True,
    ),
    # Code in other cells.
    Case("prints", 4.0, damage=around("print(9.0)\n9.0")),
    Case("raises", 4.0, damage=around("raise SystemExit('enough')", "def broken(:")),
    Case("redefines", 4.0, damage=around(WRONG)),
    Case("redefines-rightly", 0.0, answer=WRONG, damage=around(RIGHT)),
    Case("kills-the-kernel", 4.0, damage=around(TOUCH + DIES), kernels=True),
    Case("never-ends", 4.0, damage=around(ENDLESS)),
    Case("shell", 4.0, damage=around(f"!touch {PROOF}", f"%%bash\ntouch {PROOF}")),
    # Code in the answer.
    Case("magics", 4.0, answer=f"%matplotlib inline\n!touch {PROOF}\n%timeit 1\n{RIGHT}"),
    Case("cell-magic", 4.0, answer=f"%%time\n{RIGHT}", kernels=True),
    Case("is-bash", 0.0, answer=f"%%bash\ntouch {PROOF}\n"),
    Case("dies", 0.0, answer=DIES + RIGHT),
    Case(
        "dies-when-called",
        0.0,
        answer=RIGHT.replace("return", "__import__('os')._exit(1)\n    return"),
    ),
    Case("endless", 0.0, answer=ENDLESS + RIGHT),
    Case(
        "endless-when-called",
        0.0,
        answer=LOOPS,
        kernels=True,
    ),
    Case("asks", 0.0, answer="n = input()\n" + RIGHT),
    Case("forges", 0.0, answer=f"{FORGE}\n{WRONG}"),
    Case(
        "forges-everywhere",
        0.0,
        answer=f"{FORGE}\n{WRONG}",
        damage=all_of(
            around(FORGE, graded_source("double", 100.0) + "\n9.0", graded_source("half", 9.0)),
            outputs("test_double", stream("stdout", "9.0\n"), result("9.0")),
            outputs("double", result("9.0")),
        ),
        beside={"torchgrade.py": TOUCH, "torch.py": TOUCH, "sitecustomize.py": TOUCH},
        kernels=True,
    ),
    Case(
        "warns",
        4.0,
        answer="import sys, warnings\nprint('careful', file=sys.stderr)\n"
        + RIGHT.replace("return", "warnings.warn('again')\n    return"),
        damage=outputs("test_double", stream("stderr", "careful\n")),
        kernels=True,
    ),
    # Outputs.
    Case("forged-outputs", 0.0, answer=WRONG, damage=outputs("test_double", result("9.0"))),
    Case("huge-outputs", 4.0, damage=outputs("check_double", stream("stdout", "9" * HUGE))),
    Case("huge-print", 4.0, answer="print('9' * 10**6)\n" + RIGHT),
    Case("outputs-are-text", 4.0, damage=lambda n: cell(n, "double").update(outputs="none")),
    # Files.
    Case("cut-off", None, None, damage=cut_off, kernels=True),
    Case("empty", None, None, damage=contents(b"")),
    Case("no-notebook", None, None, damage=contents(b"[1, 2]")),
    Case("format-of-tomorrow", None, None, damage=lambda n: n.update(nbformat=5)),
    Case("format-3", 4.0, damage=format_3, kernels=True),
    Case("format-4.0", 4.0, damage=format_4_0),
    Case("byte-order-mark", 4.0, damage=with_byte_order_mark),
    Case("two-notebooks", 4.0, kernels=True, beside={"ch01-Copy1.ipynb": WRONG}),
    Case("named-otherwise", 4.0, file="ch01 (1).ipynb", kernels=True),
    # Text.
    Case("crlf", 4.0, damage=crlf),
    Case("tabs", 4.0, answer=RIGHT.replace("    ", "\t")),
    Case("byte-order-mark-in-text", 4.0, answer="\ufeff" + RIGHT),
    Case("nul-bytes", 0.0, answer="# \x00\n" + RIGHT),
    Case("surrogate", 0.0, answer="# \ud800\n" + RIGHT),
    Case("lines", 4.0, damage=source(RIGHT.splitlines(keepends=True))),
    Case("number", None, damage=source(7)),
    Case("lists", None, damage=source([["def f(x):"], 1])),
    Case("source-null", None, damage=source(None)),
    Case("source-gone", None, damage=lambda n: cell(n, "double").pop("source")),
    Case("cells-of-any-kind", 4.0, damage=lambda n: n["cells"].extend([None, 7, "x", [], {}])),
)
