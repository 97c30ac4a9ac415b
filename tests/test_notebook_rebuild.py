"""The autograded notebook has the instructor's cells, the student's text, and nothing that acts."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html import unescape
from typing import Any

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbgrader.utils import determine_grade  # type: ignore[import-untyped]

from tests.html.samples import HOSTILE, MARKERS, SECRET, failed, passed, result
from torchgrade.notebooks.rebuild import MAX_ADDED, MAX_TEXT, marked, rebuilt, unanswered
from torchgrade.result import ExerciseResult, Status
from torchgrade.text import text

Notebook = dict[str, Any]


def cell(
    source: str | list[str],
    grade_id: str = "",
    kind: str = "code",
    *,
    solution: bool = False,
    points: float | None = None,
    **more: object,
) -> Notebook:
    """A cell as nbgrader hands it out."""
    nbgrader = {
        "grade_id": grade_id,
        "schema_version": 3,
        "grade": points is not None,
        "locked": not solution,
        "solution": solution,
        "task": False,
    }
    if points is not None:
        nbgrader["points"] = points
    made: Notebook = {
        "cell_type": kind,
        "id": f"tg-{grade_id}",
        "metadata": {"nbgrader": nbgrader} if grade_id else {},
        "source": source,
    }
    if not grade_id:
        del made["id"]
    if kind == "code":
        made |= {"outputs": [], "execution_count": None}
    return made | more


ANSWER = cell("raise NotImplementedError()", "gather", solution=True)
TEST = cell("validate('gather')", "test_gather", points=6.0)
WRITTEN = cell("YOUR ANSWER HERE", "written_gather", "markdown", solution=True, points=2.0)
MASTER_CELLS = (
    cell("# Indexing", "about", "markdown"),
    cell("# Gather", "read_gather", "markdown"),
    ANSWER,
    cell("check('gather')", "check_gather"),
    TEST,
    WRITTEN,
)


def notebook(*cells: Notebook, minor: int = 5) -> Notebook:
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    return {"nbformat": 4, "nbformat_minor": minor, "metadata": metadata, "cells": list(cells)}


MASTER = notebook(*MASTER_CELLS)


def built(*cells: Notebook, data: bytes | None = None) -> Sequence[Notebook]:
    """The cells of what is made of a submission; it is valid in any case."""
    submitted = json.dumps(notebook(*cells)).encode() if data is None else data
    made = rebuilt(MASTER, submitted, "en")
    nbformat.validate(_node(made))
    written = json.dumps(made, ensure_ascii=False).encode()
    assert json.loads(written) == made
    for master in MASTER_CELLS:
        (same,) = [c for c in made["cells"] if c["id"] == master["id"]]
        assert same["metadata"] == master["metadata"]
        if not master["metadata"]["nbgrader"]["solution"]:
            assert same["source"] == master["source"]
    found: Sequence[Notebook] = made["cells"]
    return found


def sources(cells: Sequence[Notebook]) -> list[tuple[str, str]]:
    return [(each["id"].partition("-")[0], each["source"]) for each in cells]


def answer(cells: Sequence[Notebook]) -> str:
    (found,) = [each["source"] for each in cells if each["id"] == "tg-gather"]
    return str(found)


def _node(made: Notebook) -> Any:
    return nbformat.from_dict(made)  # type: ignore[no-untyped-call]  # as all of nbformat


def page(made: Notebook) -> str:
    """As nbgrader's feedback has it."""
    exporter: Any = HTMLExporter(template_name="classic")  # type: ignore[no-untyped-call]  # too
    return str(exporter.from_notebook_node(_node(made))[0])


def submitted(source: str, written: str = "Because.") -> list[Notebook]:
    """All cells as they were handed out, with these answers."""
    answers = {"gather": source, "written_gather": written}
    return [
        {**each, "source": answers.get(each["id"].removeprefix("tg-"), each["source"])}
        for each in MASTER_CELLS
    ]


def test_answers_stand_in_the_instructors_notebook() -> None:
    """What a student made of locked cells, points and outputs is of no account."""
    cells = submitted("def gather(): ...\n%time x")
    cells[1]["source"] = "# Another task"
    cells[4]["source"] = "100"
    cells[4]["metadata"] = {"nbgrader": {**TEST["metadata"]["nbgrader"], "points": 1e9}}
    cells[4]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "full marks"}]
    found = built(*reversed(cells))
    assert [each["id"] for each in found] == [each["id"] for each in MASTER_CELLS]
    assert answer(found) == "def gather(): ...\n%time x"
    assert found[-1]["source"] == "Because."
    assert found[4]["outputs"] == []


def test_what_a_student_added_stays_where_it_was() -> None:
    """Behind the cell that it followed, as text without outputs, metadata or a claim to a name."""
    scratch = cell("1 / 0", outputs=[{"output_type": "stream", "name": "stdout", "text": "x"}])
    scratch["metadata"] = {"nbgrader": {"grade_id": "mine", "grade": True, "points": 50}}
    raw = cell("<script>pwned</script> ``` ````", kind="raw")
    one, *others = submitted("x = 1")
    found = built(cell("top", kind="markdown"), one, scratch, raw, cell("  "), *others)
    assert [name for name, _ in sources(found)] == ["added", "tg", "added", "added", *["tg"] * 5]
    assert found[2] == {
        "cell_type": "code",
        "execution_count": None,
        "id": "added-2",
        "metadata": {},
        "outputs": [],
        "source": "1 / 0",
    }
    assert found[3]["source"].startswith("`````text\n")


def test_a_repeated_answer_is_shown_in_all_its_versions() -> None:
    """Equal ones are one; of others, somebody has to choose."""
    first, second = (cell(text, "gather", solution=True) for text in ("x = 1", "x = 2"))
    assert sources(built(first, {**first, "id": "copy"}))[2:4] == [
        ("tg", "x = 1"),
        ("tg", "check('gather')"),
    ]
    found = built(first, second)
    assert answer(found) == "x = 1"
    note, other = found[3:5]
    assert "set aside" in note["source"]
    assert (other["cell_type"], other["source"], other["metadata"]) == ("code", "x = 2", {})


def test_a_deleted_cell_is_told() -> None:
    """Never is the instructor's text taken for the student's."""
    solved = notebook(cell("### BEGIN SOLUTION\nx = 42\n### END SOLUTION", "gather", solution=True))
    made = rebuilt(solved, json.dumps(notebook()).encode(), "en")
    assert "42" not in json.dumps(made)
    assert "was not in the submitted notebook" in made["cells"][0]["source"]
    # nbgrader takes a written part that is as it was handed out for no answer.
    assert built()[-2]["source"] == WRITTEN["source"]


def test_whoever_wrote_nothing_is_known() -> None:
    """The cell is gone, or as it was; in a notebook that can't be read there may be an answer."""
    everything = submitted("x = 1", WRITTEN["source"])
    for cells, expected in (
        (submitted("x = 1", "Because."), set()),
        (submitted("x = 1", ""), set()),
        (everything, {"written_gather"}),
        (everything[:-1], {"written_gather"}),
    ):
        assert set(unanswered(MASTER, json.dumps(notebook(*cells)).encode())) == expected
    assert not unanswered(MASTER, b"{")


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"nbformat": 5}'])
def test_what_is_no_notebook_leaves_the_instructors(data: bytes) -> None:
    """It says why, and the written part does not look as if nothing had been written."""
    found = built(data=data)
    assert "set aside" in found[0]["source"]
    assert "set aside" in answer(found)
    assert found[-1]["source"] != WRITTEN["source"]


def test_an_older_format_is_read() -> None:
    """Format 3, as nbgrader converts it."""
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Mine", "metadata": {}},
        {"cell_type": "code", "language": "python", "input": ["x = 1\n", "y = 2"], "outputs": [],
         "metadata": ANSWER["metadata"]},
    ]  # fmt: skip
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}
    found = built(data=json.dumps(old).encode())
    assert found[0]["source"] == "Mine"
    assert answer(found) == "x = 1\ny = 2"


def test_much_is_cut() -> None:
    """A page that nobody can open helps nobody."""
    many = [cell(f"x = {n}") for n in range(3 * MAX_ADDED)]
    found = built(*submitted("#" * (MAX_TEXT + 5)), *many)
    assert "5 more characters" in answer(found)
    assert sum(each["id"].startswith("added") for each in found) == MAX_ADDED
    long = [cell("#" * MAX_TEXT) for _ in range(100)]
    assert len(json.dumps(built(*submitted("x"), *long))) < 10 * MAX_TEXT


LINKS = (
    *("[x](javascript:pwned)", "[x](JavaScript\\:pwned)", "[x](<javascript:pwned>)", "[x][r]"),
    *("[x](&#106;avascript:pwned)", "[x](javascript&colon;pwned)", "[x](java&Tab;script:pwned)"),
    *("[x](data:text/html,pwned)", "[x](vbscript:pwned)", "\n\n[r]: javascript:pwned\n\n"),
)


def test_nothing_acts_on_the_page() -> None:
    """Markup of whatever kind, in whatever cell: formgrader shows Markdown raw."""
    evil = f"{HOSTILE}\n\n$\\href{{javascript:pwned}}{{y}}$ <javascript:pwned> {' '.join(LINKS)}"
    picture = {
        "a.png": {"image/png": "aGk=", 'image/png" onerror="pwned': "aGk="},
        "b.svg": {"image/svg+xml": "PHN2Zz4="},
        "c.png": {"image/png": '" onerror="pwned=1'},
        "d": 7,
    }
    written = cell(
        evil + "![p](attachment:a.png)", "written_gather", "markdown", solution=True,
        attachments=picture,
    )  # fmt: skip
    made = rebuilt(
        MASTER,
        json.dumps(
            notebook(
                cell(evil, "gather", solution=True),
                written,
                cell(evil, kind="markdown"),
                cell(evil, kind="raw"),
                cell(evil),
            )
        ).encode(),
        "en",
    )
    kept = [each.get("attachments") for each in made["cells"] if each["id"] == "tg-written_gather"]
    assert kept == [{"a.png": {"image/png": "aGk="}}]
    hostile = result(
        failed(output=HOSTILE, explanation=None), failed(output=HOSTILE, test="b", hidden=True)
    )
    html = page(marked(made, {"gather": hostile}, "en")).replace("<script>", "", 3)
    assert_harmless(html)


def assert_harmless(html: str) -> None:
    body = html[html.index("<body") :].lower()
    for tag in ("<script>window", "<svg onload", "<img src=https", "<b onclick", "<style>*"):
        assert tag not in body
    # A browser leaves white space out of a scheme.
    links = [re.sub(r"\s", "", unescape(link)) for link in re.findall(r'href="([^"]*)', body)]
    schemes = ("javascript:", "vbscript:", "data:")
    assert not [link for link in links if link.startswith(schemes)]
    # MathJax leaves code alone, and whatever is marked as none of its business.
    assert "\\href" not in re.sub(r"<pre.*?</pre>", "", body, flags=re.DOTALL)
    assert MARKERS[0] in body  # it is there as text


def graded(*outcomes: Any) -> tuple[Notebook, ExerciseResult]:
    """The graded cell after marking."""
    known = result(*outcomes)
    made = marked(rebuilt(MASTER, b"{}", "en"), {"gather": known}, "en")
    (found,) = [each for each in made["cells"] if each["id"] == "tg-test_gather"]
    nbformat.validate(_node(made))
    return found, known


def test_nbgrader_reads_the_points_and_students_the_reasons() -> None:
    """As a plain number of the last expression; HTML has a plain text beside it."""
    test_cell, known = graded(passed(), failed(), failed(test="t3"), passed(test="p2"))
    assert known.score.earned not in (None, 0.0, 6.0)
    assert determine_grade(_node(test_cell)) == (known.score.earned, 6.0)
    shown = test_cell["outputs"][0]["data"]
    assert "replaced the wrong coordinate" in shown["text/html"]
    assert "replaced the wrong coordinate" in shown["text/plain"]


def test_an_ungraded_answer_reads_as_none_of_the_points() -> None:
    """nbgrader would give all of them to a cell without a number."""
    test_cell, known = graded(passed(), passed(test="u", status=Status.UNGRADED))
    assert known.score.earned is None
    assert determine_grade(_node(test_cell)) == (0, 6.0)


def test_hidden_tests_keep_what_they_hide() -> None:
    """Only title and hint come with them."""
    hidden = failed(
        test="h", hidden=True, hint=text("Think of empty ones."), output=SECRET,
        explanation=text(SECRET),
    )  # fmt: skip
    test_cell, _ = graded(passed(), hidden)
    written = json.dumps(test_cell["outputs"])
    assert "Think of empty ones." in written
    assert SECRET not in written
    assert "tensor" not in written
