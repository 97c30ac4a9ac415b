"""What counts as an answer in a notebook, whatever became of the notebook on its way."""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from torchgrade.filetree import Reason
from torchgrade.intake.cell_source import as_python
from torchgrade.intake.notebook import answer_cells
from torchgrade.notebooks.names import cell_id

Notebook = dict[str, Any]
IDS = ("gather", "scatter")
GATHER = "def gather(x):\n    return x\n"
SCATTER = "def scatter(x):\n    return -x\n"


def cell(grade_id: str, source: str, **nbgrader: object) -> Notebook:
    told = {"grade_id": grade_id, "solution": True, "grade": False, "locked": False, **nbgrader}
    return {
        "cell_type": "code",
        "id": cell_id(grade_id),
        "metadata": {"nbgrader": told},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def handed_out() -> Notebook:
    """An assignment of two exercises with right answers in it."""
    test = {"solution": False, "grade": True, "locked": True, "points": 3}
    cells = [
        cell("about", "# Indexing", solution=False, locked=True) | {"cell_type": "markdown"},
        cell("gather", GATHER),
        cell("test_gather", "validate('gather')", **test),
        cell("scatter", SCATTER),
        cell("test_scatter", "validate('scatter')", **test),
    ]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}


def answers(notebook: Notebook) -> Any:
    return answer_cells(json.dumps(notebook).encode(), IDS)


def duplicated(cells: list[Notebook]) -> None:
    cells.append({**copy.deepcopy(cells[1]), "id": "pasted"})


def split(cells: list[Notebook]) -> None:
    cells.insert(2, {**copy.deepcopy(cells[1]), "id": "rest", "source": " \n"})


def saved_on_windows(cells: list[Notebook]) -> None:
    duplicated(cells)
    cells[-1]["source"] = f"{GATHER}\n\n".replace("\n", "\r\n")


def reordered(cells: list[Notebook]) -> None:
    cells.reverse()


def retyped(cells: list[Notebook]) -> None:
    cells[1]["cell_type"] = "markdown"
    cells[3]["cell_type"] = "raw"
    del cells[1]["outputs"]


def without_metadata(cells: list[Notebook]) -> None:
    for each in cells:
        each["metadata"] = {}


def without_ids(cells: list[Notebook]) -> None:
    for each in cells:
        del each["id"]


def renamed(cells: list[Notebook]) -> None:
    cells[1]["metadata"]["nbgrader"]["grade_id"] = "gather_2"


def made_a_test(cells: list[Notebook]) -> None:
    cells[1]["metadata"]["nbgrader"] |= {"grade": True, "solution": False, "points": 1e308}


def forged(cells: list[Notebook]) -> None:
    cells[2]["outputs"] = [{"output_type": "execute_result", "data": {"text/plain": ["3.0"]}}]
    cells[2]["source"] = "3.0"


def with_more_cells(cells: list[Notebook]) -> None:
    cells.insert(0, {"cell_type": "code", "source": "import os; os._exit(0)", "metadata": {}})
    cells.append({"cell_type": "code", "source": "gather = 1", "metadata": {}, "id": "x"})


def in_lines(cells: list[Notebook]) -> None:
    for each in cells:
        each["source"] = each["source"].splitlines(keepends=True)


def with_huge_outputs(cells: list[Notebook]) -> None:
    cells[1]["outputs"] = [{"output_type": "stream", "name": "stderr", "text": "!" * 10**7}]


def with_the_name_of_another(cells: list[Notebook]) -> None:
    cells[0]["id"] = cell_id("gather")


HARMLESS = (
    *(duplicated, split, saved_on_windows, reordered, retyped, without_metadata, without_ids),
    *(renamed, made_a_test, forged, with_more_cells, in_lines, with_huge_outputs),
    with_the_name_of_another,
)


@pytest.mark.parametrize("damage", HARMLESS, ids=lambda damage: damage.__name__)
def test_what_can_be_told_for_certain_counts(damage: Callable[[list[Notebook]], None]) -> None:
    """The text of the answer cells, and nothing else that a notebook says."""
    notebook = handed_out()
    damage(notebook["cells"])
    assert answers(notebook) == {"gather": GATHER, "scatter": SCATTER}


def test_a_deleted_answer_is_missing() -> None:
    """And no other cell stands in for it."""
    notebook = handed_out()
    del notebook["cells"][1]
    assert answers(notebook) == {"scatter": SCATTER}


def test_different_versions_are_set_aside() -> None:
    """Nobody but a person can tell which was meant; the other answers keep theirs."""
    notebook = handed_out()
    notebook["cells"].append(cell("gather", "def gather(x):\n    return 0\n"))
    found = answers(notebook)
    assert found == {"gather": Reason.CELL_TWICE, "scatter": SCATTER}
    assert found["gather"].set_aside


def test_an_id_counts_only_where_no_name_does() -> None:
    """Two cells whose names were exchanged answer what they are now called."""
    notebook = handed_out()
    first, second = notebook["cells"][1], notebook["cells"][3]
    first["metadata"], second["metadata"] = second["metadata"], first["metadata"]
    assert answers(notebook) == {"gather": SCATTER, "scatter": GATHER}
    first["metadata"] = second["metadata"]  # both are called gather now
    assert answers(notebook) == {"gather": Reason.CELL_TWICE}


def test_format_3_is_read() -> None:
    """With its sheets and its other word for source."""
    cells = [
        {"cell_type": "code", "input": each["source"], "metadata": each["metadata"]}
        for each in handed_out()["cells"]
    ]
    sheets = [{"cells": cells[:2]}, {"cells": cells[2:]}, {"cells": None}, 7]
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": sheets}
    assert answers(old) == {"gather": GATHER, "scatter": SCATTER}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\x01",
        json.dumps(handed_out()).encode()[:-20],
        json.dumps(handed_out()).encode("utf-16"),
        b"<<<<<<< HEAD\n" + json.dumps(handed_out()).encode(),
        json.dumps({**handed_out(), "nbformat": 5}).encode(),
        json.dumps({**handed_out(), "cells": None}).encode(),
    ],
    ids=["empty", "binary", "cut off", "UTF-16", "in conflict", "format 5", "no cells"],
)
def test_what_is_no_notebook_is_set_aside(data: bytes) -> None:
    """There may be answers in it."""
    found = answer_cells(data, IDS)
    assert isinstance(found, Reason)
    assert found.set_aside


# IPython's own syntax


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("%matplotlib inline\nx = 1", "# %matplotlib inline\nx = 1"),
        ("%load_ext autoreload\n%autoreload 2", "# %load_ext autoreload\n# %autoreload 2"),
        ("!pip install einops\nx = 1", "# !pip install einops\nx = 1"),
        ("!ls \\\n  -l\nx = 1", "# !ls \\\n#   -l\nx = 1"),
        ("files = !ls\nt = %timeit -o f(1)", "# files = !ls\n# t = %timeit -o f(1)"),
        ("x?\nx.y??\n?x\n%time?", "# x?\n# x.y??\n# ?x\n# %time?"),
        ("%time y = f(2)", "y = f(2)  # %time"),
        ("%%time\nx = 1\n%who", "# %%time\nx = 1\n# %who"),
        ("\n%%capture out\nx = 1", "\n# %%capture out\nx = 1"),
        ("def f():\n    !ls\n    return 1", "def f():\n    pass  # !ls\n    return 1"),
        ("    def f():\n        return 1\n\n    y = 2", "def f():\n    return 1\n\ny = 2"),
        ("%cd ..\r\nx = 1\r\n", "# %cd ..\nx = 1\n"),
    ],
)
def test_what_only_ipython_understands_is_a_comment(source: str, expected: str) -> None:
    """Lines keep their numbers, and who reads the answer sees what was left out."""
    assert as_python(source) == expected
    ast.parse(expected)
    assert len(expected.splitlines()) == len(source.splitlines())


@pytest.mark.parametrize(
    "source",
    [
        "x = (7\n% 2)\n",
        "x = 7 \\\n% 2\n",
        "text = '''\n%s\n!ls\nwhy?\n'''\n",
        'text = """\\\n%d \\""" %s\n!x"""\n',
        "x = [\n    # a (\n    '(',\n]\nif x != 1:\n    pass\n",
        "    # a comment\ndef f():\n    return 1\n",
        "# why?\nx = 'a %s' % 1  # %time\n",
        "%%bash\nls\n",
        "%%html\n<b>\n",
    ],
)
def test_python_stays_as_it_is(source: str) -> None:
    """And so does what is meant to be another language: it is no answer in Python."""
    assert as_python(source) == source


@pytest.mark.parametrize(
    "source",
    [
        *("%x\n" * 100_000, "'\n%" * 100_000, '"""' * 100_001 + "\n%x", "(\n%" * 100_000),
        *("\\\n" * 200_000 + "%", "x?" + "?" * 300_000, "\\" * 400_000 + "\n%x", "\n " * 200_000),
        *("x=" * 200_000 + "%a", "!\\\n" * 100_000, "a[b]" * 100_000 + "?!", "%" * 400_000),
    ],
    ids=lambda source: repr(source[:6]),
)
def test_it_takes_time_in_proportion(source: str) -> None:
    """Whatever is handed in: this ends."""
    assert as_python(source).count("\n") == source.count("\n")


def test_answers_come_as_python() -> None:
    """Duplicates are compared as they were written."""
    notebook = handed_out()
    notebook["cells"][1]["source"] = f"%%time\n{GATHER}"
    duplicated(notebook["cells"])
    assert answers(notebook)["gather"] == f"# %%time\n{GATHER}"
