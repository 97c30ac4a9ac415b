"""Of a student's notebook only the source of the answer cells is taken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.intake.classroom import (
    COURSE,
    GATHER,
    NOBODY,
    WHERE,
    answer_of,
    code,
    notebook,
    text_of,
    write,
)
from torchgrade.intake import Handed, discover
from torchgrade.submission import Absent, Reason, Unreadable


def handed(folder: Path, *notebooks: bytes) -> Handed:
    files: dict[str, bytes | str] = {f"eve/hw/{n}.ipynb": data for n, data in enumerate(notebooks)}
    write(folder, {**files, "ada/hw/1.ipynb": notebook(code("honest", "gather"))})
    ada, eve = discover(str(folder), COURSE, NOBODY, form="nbgrader").handed
    assert text_of(ada) == "honest"
    return eve


def test_source_is_text_or_lines(tmp_path: Path) -> None:
    """Both are of the format; line ends become line feeds; nothing of other cells comes along."""
    eve = handed(
        tmp_path,
        notebook(
            code("import os; os.remove('x')", None),
            code(["def f():\r\n", "    return 1"], "gather"),
            code("import evil", "test_gather"),
            code("w", "where"),
        ),
    )
    assert text_of(eve) == "def f():\n    return 1"
    assert text_of(eve, WHERE) == "w"


def test_a_cell_equals_a_file_with_the_same_text(tmp_path: Path) -> None:
    """A coding line means nothing in a cell, which is text already."""
    source = "# coding: gbk\nx = '\u4e2d'\n"
    assert text_of(handed(tmp_path, notebook(code(source, "gather")))) == source


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ([code("a", "gather"), code("b", "gather")], Reason.CELL_TWICE),
        ([{**code("a", "gather"), "source": 7}], Reason.NOT_NOTEBOOK),
        ([{**code("a", "gather"), "source": ["a", None]}], Reason.NOT_NOTEBOOK),
        ([code("a\0b", "gather")], Reason.NUL),
        ([code("'\ud800'", "gather")], Reason.NOT_TEXT),
        ([code("#" * (1024**2 + 1), "gather")], Reason.TOO_LARGE),
    ],
    ids=[
        *("twice", "a number for source", "null in source"),
        *("NUL", "half a surrogate pair", "large"),
    ],
)
def test_a_spoilt_answer_cell_costs_that_answer_alone(
    tmp_path: Path, cells: list[dict[str, object]], reason: Reason
) -> None:
    """The others in the same notebook stay."""
    eve = handed(tmp_path, notebook(*cells, code("w", "where")))
    found = answer_of(eve)
    assert isinstance(found, Unreadable)
    assert found.reason is reason
    assert text_of(eve, WHERE) == "w"


def test_a_deleted_cell_is_an_absent_answer(tmp_path: Path) -> None:
    """It is looked for in the notebook that was handed in."""
    found = answer_of(handed(tmp_path, notebook(code("w", "where"))))
    assert found == Absent(tmp_path / "eve" / "hw" / "0.ipynb")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.NOT_NOTEBOOK),
        (b"{", Reason.NOT_NOTEBOOK),
        (b"\xff\xfe", Reason.NOT_NOTEBOOK),
        (b"[]", Reason.NOT_NOTEBOOK),
        (b"[" * 100_000, Reason.NOT_NOTEBOOK),
        (b'{"nbformat": 4, "cells": ' + b"[" * 100_000, Reason.NOT_NOTEBOOK),
        (b'{"nbformat": ' + b"4" * 10_000 + b"}", Reason.NOT_NOTEBOOK),
        (b'{"nbformat": 4, "cells": {}}', Reason.NOT_NOTEBOOK),
        (b'{"cells": []}', Reason.NOT_NOTEBOOK),
        (b'{"nbformat": 3, "cells": []}', Reason.NOT_NOTEBOOK),
        (notebook(code("g", "gather"), nbformat=2), Reason.NOTEBOOK_FORMAT),
        (notebook(code("g", "gather"), nbformat=5), Reason.NOTEBOOK_FORMAT),
        (notebook(code("g", "gather")) + b" " * 32 * 1024**2, Reason.NOTEBOOK_TOO_LARGE),
    ],
    ids=[
        *("empty", "half", "not UTF-8", "a list", "deep", "deep cells", "endless number"),
        *("no list of cells", "no format", "format 3 without sheets", "format 2", "format 5"),
        "large",
    ],
)  # fmt: skip
def test_a_notebook_that_can_not_be_read_is_told(
    tmp_path: Path, data: bytes, reason: Reason
) -> None:
    """Every answer that it may hold is unreadable for its reason, not absent."""
    eve = handed(tmp_path, data)
    for exercise in (GATHER, WHERE):
        found = answer_of(eve, exercise)
        assert isinstance(found, Unreadable)
        assert found.reason is reason


def test_cells_that_are_none_are_passed_by(tmp_path: Path) -> None:
    """Whatever stands in the list of cells or in their metadata."""
    odd: list[object] = [None, 1, "x", [], {}, {"metadata": None}, {"metadata": {"nbgrader": []}}]
    odd.append({"metadata": {"nbgrader": {"grade_id": ["gather"]}}})
    data = json.dumps({"nbformat": 4, "cells": [*odd, code("g", "gather")]}).encode()
    assert text_of(handed(tmp_path, data)) == "g"


def test_huge_outputs_are_not_kept(tmp_path: Path) -> None:
    """They may be there, up to the limit of a notebook."""
    cell = {**code("g", "gather"), "outputs": [{"text": "0123456789abcdef" * 2**19}]}
    assert text_of(handed(tmp_path, notebook(cell))) == "g"


def test_the_same_cell_in_two_notebooks(tmp_path: Path) -> None:
    """Equal sources are one answer, others none."""
    same = notebook(code("g", "gather"))
    assert text_of(handed(tmp_path / "1", same, same)) == "g"
    found = answer_of(handed(tmp_path / "2", same, notebook(code("h", "gather"))))
    assert isinstance(found, Unreadable)
    assert found.reason is Reason.SEVERAL


def test_one_good_notebook_beside_a_broken_one(tmp_path: Path) -> None:
    """What was read counts; only what is missing is blamed on the broken one."""
    eve = handed(tmp_path, b"{", notebook(code("g", "gather")))
    assert text_of(eve) == "g"
    assert isinstance(answer_of(eve, WHERE), Unreadable)


def test_a_notebook_in_any_other_form(tmp_path: Path) -> None:
    """In a student's folder, as in nbgrader's tree, and in a chapter's folder only for that."""
    cells = notebook(code("g", "gather"), code("d", "detach_semantics"))
    write(tmp_path, {"ada/hw.ipynb": cells, "bob/ch03_indexing/hw.ipynb": cells})
    write(tmp_path, {"bob/ch06_autograd/x.txt": ""})
    ada, bob = discover(str(tmp_path), COURSE, NOBODY, form="folders").handed
    detach = COURSE.exercises[2]
    assert text_of(ada, detach) == "d"
    assert text_of(bob) == "g"
    assert not hasattr(answer_of(bob, detach), "text")


def test_in_an_assignment_the_notebook_handed_out_counts_alone(tmp_path: Path) -> None:
    """Copies and files beside it are the student's own; without it they are all there is."""
    mine = notebook(code("mine", "gather"))
    files: dict[str, bytes | str] = {
        "ada/ch03/ch03.ipynb": mine,
        "ada/ch03/ch03-Copy1.ipynb": notebook(code("old", "gather")),
        "ada/ch03/gather.py": "older",
        "ada/ch03/where.py": "w",
        "bob/ch03/ch03 (1).ipynb": mine,
        "eve/ch03/ch03.ipynb": "{",
        "eve/ch03/gather.py": "g",
        "zoe/ch03/ch03.ipynb": notebook(code("report", None)),
        "zoe/ch03/gather.py": "z",
    }
    ada, bob, eve, zoe = discover(str(write(tmp_path, files)), COURSE, NOBODY).handed
    assert text_of(ada) == text_of(bob) == "mine"
    assert isinstance(answer_of(ada, WHERE), Absent)
    assert isinstance(answer_of(eve), Unreadable)
    assert text_of(zoe) == "z"
