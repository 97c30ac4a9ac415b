"""The autograded notebook: the instructor's, with a student's answers and what became of them.

Of what was handed in only text is taken: of cells that the student was to fill in, and of cells
that the student added. All of it is hostile until shown otherwise, as formgrader and nbgrader's
feedback pages show Markdown and outputs raw. Notebooks are parsed JSON here, in format 4.5.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from torchgrade.filetree import Reason
from torchgrade.i18n import Catalogue, catalogue
from torchgrade.intake.notebook import Cell, cells_of, duplicates, source_of
from torchgrade.notebooks.names import cell_id, test_id
from torchgrade.report.fill import fill
from torchgrade.report.harmless import harmless
from torchgrade.report.html.fragment import exercise_fragment
from torchgrade.report.summary import why_ungraded
from torchgrade.report.wording import headline
from torchgrade.result import ExerciseResult, Status
from torchgrade.store.remark import remark

__all__ = ["for_a_person", "marked", "rebuilt", "unanswered"]

Notebook = dict[str, Any]

MAX_TEXT: Final = 200_000
"""Characters of one cell."""
MAX_ADDED: Final = 500
"""Cells that a student added."""
MAX_ADDED_TEXT: Final = 1_000_000
"""Characters in all of them."""
MAX_PICTURES: Final = 8 * 1024**2
"""Characters of the pictures in one cell."""

_TEXT_STUB: Final = "YOUR ANSWER HERE"
"""What nbgrader hands out in place of any Markdown that is to be filled in."""
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_PICTURES: Final = ("image/png", "image/jpeg", "image/gif")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/=\s]*")


def rebuilt(master: Mapping[str, Any], submitted: bytes, language: str) -> Notebook:
    """``master`` with the text that ``submitted`` has in the cells that students fill in.

    Cells are found by the rules of `torchgrade.intake.notebook`. What a student added stands
    behind the cell that it followed, without outputs and metadata. What could not be told apart
    is there in all its versions, with a note in ``language``.
    """
    notebook = _copied(master)
    cells = cells_of(submitted)
    parts = _Parts(catalogue(language))
    if isinstance(cells, Reason):
        return parts.unreadable(notebook, cells)
    return parts.together(notebook, cells)


def marked(
    notebook: Mapping[str, Any],
    results: Mapping[str, ExerciseResult],
    language: str,
) -> Notebook:
    """``notebook`` with feedback and points as outputs of the graded cells.

    ``results`` are by the exercise's name. The points are there as nbgrader reads them; where there
    are none yet, nbgrader would read zero.
    """
    copied = _copied(notebook)
    by_id = {test_id(name): result for name, result in results.items()}
    for cell in copied["cells"]:
        result = by_id.get(_grade_id(cell))
        if result is not None and cell["cell_type"] == "code":
            cell["outputs"] = list(_outputs(result, language))
    return copied


def for_a_person(master: Mapping[str, Any]) -> Sequence[str]:
    """The names of the cells that are both answered and given points by people."""
    cells = [cell for cell in master["cells"] if _is_solution(cell)]
    return [_grade_id(cell) for cell in cells if cell["metadata"]["nbgrader"].get("grade")]


def unanswered(master: Mapping[str, Any], submitted: bytes) -> Collection[str]:
    """Those of `for_a_person` that are missing in ``submitted``, or as they were handed out."""
    cells = cells_of(submitted)
    if isinstance(cells, Reason):
        return ()
    named = {_grade_id(cell) for cell in master["cells"]}
    by_name = {_grade_id(cell): cell for cell in master["cells"]}
    found = set()
    for name in for_a_person(master):
        source = source_of(duplicates(cells, name, named))
        if source is None or source == _handed_out(by_name[name]):
            found.add(name)
    return found


def _outputs(result: ExerciseResult, language: str) -> Iterator[Mapping[str, Any]]:
    # Pages show the HTML. The plain text is for whoever has nothing but that.
    data = {
        "text/html": exercise_fragment(result, language),
        "text/plain": remark(result, language),
    }
    yield {"output_type": "display_data", "data": data, "metadata": {}}
    earned = result.score.earned
    if earned is None:
        ungraded = [o for o in result.outcomes if o.status is Status.UNGRADED]
        why = headline(why_ungraded(ungraded), language)
        yield {"output_type": "stream", "name": "stderr", "text": f"{why}\n"}
    else:
        yield {
            "output_type": "execute_result",
            "data": {"text/plain": repr(float(earned))},
            "execution_count": None,
            "metadata": {},
        }


class _Parts:
    """What a notebook is put together from."""

    def __init__(self, message: Catalogue) -> None:
        self._message = message
        self._notes = 0
        self._added = 0
        self._added_text = 0

    def unreadable(self, notebook: Notebook, reason: Reason) -> Notebook:
        _ = self._message
        why = fill(_("The submitted notebook is set aside: {reason}."), reason=_(reason))
        for cell in notebook["cells"]:
            if _is_solution(cell):
                # Not what was handed out, which nbgrader takes for no answer.
                cell["source"] = _remark(why, cell["cell_type"])
        notebook["cells"].insert(0, self._note(why))
        return notebook

    def together(self, notebook: Notebook, cells: Sequence[Cell]) -> Notebook:
        named = {_grade_id(cell): cell["id"] for cell in notebook["cells"] if _grade_id(cell)}
        ids = {cell["id"] for cell in notebook["cells"]}
        # Submitted cells that are one of the instructor's, by identity: texts repeat.
        places: dict[int, str] = {}
        behind: dict[str, list[Notebook]] = {}
        for cell in notebook["cells"]:
            same = duplicates(cells, _grade_id(cell), named) if _grade_id(cell) else ()
            places |= {id(each): cell["id"] for each in same}
            if _is_solution(cell):
                behind[cell["id"]] = self._fill(cell, same)
        first: list[Notebook] = []
        following = first
        for submitted in cells:
            place = places.get(id(submitted)) or named.get(submitted.grade_id)
            if place is None and submitted.id in ids:
                place = submitted.id
            if place is None:
                following += self._extra(submitted)
            else:
                following = behind.setdefault(place, [])
        notebook["cells"] = first + [
            each for cell in notebook["cells"] for each in (cell, *behind.get(cell["id"], ()))
        ]
        return notebook

    def _fill(self, cell: Notebook, same: Sequence[Cell]) -> list[Notebook]:
        """Put a student's text into ``cell``; returns what has to stand behind it."""
        _ = self._message
        kind = cell["cell_type"]
        source = source_of(same)
        if source is None:
            why = _("This cell was not in the submitted notebook.")
            # Markdown as it was handed out is what nbgrader knows for no answer.
            cell["source"] = _remark(why, kind) if kind == "code" else _handed_out(cell)
            return [self._note(why)]
        cell["source"] = self._shown(same[0].source or "", kind)
        if kind == "markdown":
            cell["attachments"] = _pictures(same[0].raw)
        if not isinstance(source, Reason):
            return []
        why = fill(
            _("This cell is set aside: {reason}. What else was in it follows."), reason=_(source)
        )
        return [self._note(why), *(each for o in same[1:] for each in self._extra(o, kind))]

    def _extra(self, cell: Cell, kind: str = "") -> Iterator[Notebook]:
        """A cell for the text of ``cell``; nothing if it has none, or there are too many."""
        text = cell.source
        if text is None or not text.strip():
            return
        if self._added >= MAX_ADDED or self._added_text > MAX_ADDED_TEXT:
            return
        self._added += 1
        self._added_text += min(len(text), MAX_TEXT)
        name = f"added-{self._added}"
        kind = kind or cell.kind
        if kind == "code":
            yield _code(name, self._shown(text, "code"))
        elif kind in ("markdown", "heading"):
            yield _markdown(name, self._shown(text, "markdown"), _pictures(cell.raw))
        else:
            # A raw cell would go into a page as it is.
            yield _markdown(name, _fenced(self._shown(text, "code")))

    def _shown(self, text: str, kind: str) -> str:
        """As much of a student's text as is of use, with nothing in it that acts."""
        _ = self._message
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        left_out = len(text) - MAX_TEXT
        if left_out > 0:
            said = fill(_("{count} more characters are not shown."), count=left_out)
            text = f"{text[:MAX_TEXT]}\n\n{_remark(said, kind)}"
        text = _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
        return harmless(text) if kind == "markdown" else text

    def _note(self, text: str) -> Notebook:
        self._notes += 1
        return _markdown(f"note-{self._notes}", _remark(text, "markdown"))


def _pictures(cell: Mapping[str, Any]) -> Notebook:
    """Of what was pasted into a cell, what is a picture in truth."""
    found: Notebook = {}
    attachments = cell.get("attachments")
    if not isinstance(attachments, dict):
        return found
    left = MAX_PICTURES
    for name, bundle in attachments.items():
        for kind in _PICTURES:
            data = bundle.get(kind) if isinstance(bundle, dict) else None
            if isinstance(data, str) and len(data) <= left and _BASE64.fullmatch(data):
                left -= len(data)
                found.setdefault(_CONTROL.sub("", name), {})[kind] = data
    return found


def _remark(text: str, kind: str) -> str:
    return f"# {text}" if kind == "code" else f"> **{text}**"


def _fenced(text: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def _code(name: str, source: str) -> Notebook:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {},
        "outputs": [],
        "source": source,
    }


def _markdown(name: str, source: str, pictures: Mapping[str, Any] | None = None) -> Notebook:
    return {
        "attachments": dict(pictures or {}),
        "cell_type": "markdown",
        "id": name,
        "metadata": {},
        "source": source,
    }


def _copied(notebook: Mapping[str, Any]) -> Notebook:
    """A copy with sources as text and an id for each cell, as format 4.5 wants them."""
    copied: Notebook = copy.deepcopy(dict(notebook))
    copied["nbformat"], copied["nbformat_minor"] = 4, max(5, copied.get("nbformat_minor", 0))
    for number, cell in enumerate(copied["cells"]):
        cell["source"] = _text(cell)
        if "id" not in cell:
            grade_id = _grade_id(cell)
            cell["id"] = cell_id(grade_id) if grade_id else f"cell-{number}"
        if cell["cell_type"] == "code":
            cell |= {"outputs": cell.get("outputs", []), "execution_count": None}
    return copied


def _handed_out(cell: Mapping[str, Any]) -> str:
    """The text of a cell of the instructor's that is filled in, as students got it."""
    released = "checksum" in cell["metadata"]["nbgrader"]
    return _text(cell) if released else _TEXT_STUB


def _text(cell: Mapping[str, Any]) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _grade_id(cell: Mapping[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def _is_solution(cell: Mapping[str, Any]) -> bool:
    return bool(cell["metadata"].get("nbgrader", {}).get("solution"))
