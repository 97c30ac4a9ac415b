"""A YAML file as a tree in which everything knows its place, and a reader that checks it.

The tree is built from the parser's events rather than composed by PyYAML: its composer recurses
in C without a limit, so that a file of brackets ends the process, and it expands aliases, so that
a small file can become a huge one. Here nesting is limited and anchors are refused.

Scalars stay as they were written (``3.10`` and ``no`` are not turned into 3.1 and False); what a
value should be is for the reader to say.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

import yaml

from torchgrade.nearest import nearest

__all__ = [
    "MappingNode",
    "Node",
    "Problem",
    "Reader",
    "ScalarNode",
    "SequenceNode",
    "YamlError",
    "decode",
    "parse",
]

MAX_DEPTH: Final = 16
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NOT_TEXT: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL: Final = re.compile(r"[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a course, and where. Lines count from 1."""

    path: Path
    line: int | None
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line is not None else f"{self.path}"
        return f"{place}: {self.message}"


class YamlError(Exception):
    """The text is not YAML, or YAML of a kind that is not read here."""

    def __init__(self, line: int | None, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A single value, as it was written. Lines count from 1, columns from 0."""

    line: int
    column: int
    last_line: int
    """The last line that belongs to the node."""
    text: str
    plain: bool
    """Written without quotes."""

    @property
    def null(self) -> bool:
        return self.plain and self.text in ("", "~", "null")


@dataclass(slots=True)
class SequenceNode:
    line: int
    column: int
    last_line: int
    flow: bool
    """Written in brackets."""
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class MappingNode:
    line: int
    column: int
    last_line: int
    flow: bool
    """Written in braces."""
    entries: list[tuple[Node, Node]] = field(default_factory=list)


Node: TypeAlias = ScalarNode | SequenceNode | MappingNode


def decode(data: bytes) -> str:
    """The text of a file in UTF-8. Raises `YamlError` with the line that is not."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise YamlError(
            line, f"byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8"
        ) from None


def parse(text: str) -> Node | None:
    """The tree of one YAML document, None if it is empty. Raises `YamlError`."""
    stray = _NOT_TEXT.search(text)
    if stray:
        line = text.count("\n", 0, stray.start()) + 1
        raise YamlError(line, f"control character U+{ord(stray[0]):04X}; remove it")
    try:
        return _build(text)
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, text) from None


@dataclass(slots=True)
class _Open:
    """A collection whose end has not been read, and the key that waits for its value."""

    node: SequenceNode | MappingNode
    key: Node | None = None

    def add(self, child: Node) -> None:
        self.node.last_line = child.last_line
        if isinstance(self.node, SequenceNode):
            self.node.items.append(child)
        elif self.key is None:
            self.key = child
        else:
            self.node.entries.append((self.key, child))
            self.key = None


def _build(text: str) -> Node | None:
    root: Node | None = None
    stack: list[_Open] = []
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionEndEvent):
            ended = stack.pop().node
            if ended.flow:
                ended.last_line = _line(event.end_mark)
            if stack:
                stack[-1].node.last_line = ended.last_line
            continue
        if isinstance(event, yaml.DocumentStartEvent) and root is not None:
            raise YamlError(_line(event.start_mark), "a second document; only one is read")
        if not isinstance(event, yaml.NodeEvent):
            continue
        node = _node(event)
        if stack:
            stack[-1].add(node)
        else:
            root = node
        if not isinstance(node, ScalarNode):
            if len(stack) >= MAX_DEPTH:
                raise YamlError(node.line, f"nested more than {MAX_DEPTH} levels deep")
            stack.append(_Open(node))
    return root


def _node(event: Any) -> Node:
    """The node that an event begins. The stubs of PyYAML don't know all that events have."""
    start, end = event.start_mark, event.end_mark
    line, column = _line(start), start.column
    if event.anchor is not None:
        raise YamlError(
            line, f"anchors and aliases ({event.anchor!r}) are not read; write the value out"
        )
    if isinstance(event, yaml.ScalarEvent):
        # A block scalar ends where the next token starts, at the beginning of a line.
        last = end.line if end.column == 0 and end.line > start.line else end.line + 1
        return ScalarNode(line, column, last, event.value, not event.style)
    if isinstance(event, yaml.MappingStartEvent):
        return MappingNode(line, column, line, bool(event.flow_style))
    return SequenceNode(line, column, line, bool(event.flow_style))


def _line(mark: Any) -> int:
    line: int = mark.line
    return line + 1


def _syntax_error(error: yaml.MarkedYAMLError, text: str) -> YamlError:
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return YamlError(None, f"not valid YAML: {error.problem}")
    lines = text.split("\n")
    source = lines[mark.line] if mark.line < len(lines) else ""
    if source[mark.column : mark.column + 1] == "\t" or source[: mark.column].strip(" ") == "\t":
        return YamlError(mark.line + 1, "a tab; YAML is indented with spaces only")
    read = ", ".join(part for part in (error.context, error.problem) if part)
    opened = error.context_mark
    if opened is not None and opened.line != mark.line:
        read += f" (opened in line {opened.line + 1})"
    remedy = ""
    if "mapping values are not allowed" in read:
        remedy = "; put text that contains a colon in quotes, and check the indentation"
    elif "cannot start any token" in read:
        remedy = f"; put text that starts with {source[mark.column : mark.column + 1]!r} in quotes"
    return YamlError(mark.line + 1, f"not valid YAML: {read}{remedy}")


@dataclass
class Reader:
    """Reads values out of a tree and notes every problem instead of stopping at the first.

    A method that finds a problem records it and returns None or leaves the part out. ``what``
    names the value in messages.
    """

    path: Path
    problems: list[Problem] = field(default_factory=list)

    def report(self, place: Node | None, message: str) -> None:
        self.problems.append(Problem(self.path, place.line if place is not None else None, message))

    def refuse(self, node: Node, what: str, allowed: str, meant: str | None = None) -> None:
        """Report a value: what was read, what is allowed, and what was probably meant."""
        guess = f"; did you mean {meant!r}?" if meant is not None else ""
        self.report(node, f"{what}: read {_describe(node)}; must be {allowed}{guess}")

    def entries(self, node: Node, what: str) -> Iterator[tuple[ScalarNode, Node]]:
        """The (key, value) pairs of a mapping whose keys are names. Nothing is an empty mapping."""
        if isinstance(node, ScalarNode) and node.null:
            return
        if not isinstance(node, MappingNode):
            self.refuse(node, what, "a mapping ('key: value' lines)")
            return
        seen: dict[str, ScalarNode] = {}
        for key, value in node.entries:
            if not isinstance(key, ScalarNode):
                self.refuse(key, f"a key of {what}", "a name")
            elif key.text in seen:
                first = seen[key.text].line
                self.report(key, f"{key.text!r} occurs twice in {what}, first in line {first}")
            else:
                seen[key.text] = key
                yield key, value

    def fields(
        self, node: Node, what: str, required: Sequence[str], optional: Sequence[str] = ()
    ) -> dict[str, Node]:
        """The values of a mapping whose keys are known beforehand."""
        known = (*required, *optional)
        found: dict[str, Node] = {}
        if isinstance(node, ScalarNode) and node.null:
            self.refuse(node, what, "a mapping ('key: value' lines)")
            return found
        unknown: list[tuple[ScalarNode, str | None]] = []
        for key, value in self.entries(node, what):
            if key.text in known:
                found[key.text] = value
            else:
                unknown.append((key, nearest(key.text, known)))
        meant = {guess for _, guess in unknown}
        for key, guess in unknown:
            hint = f"; did you mean {guess!r}?" if guess else ""
            allowed = ", ".join(known)
            self.report(key, f"unknown key {key.text!r} in {what}; allowed are {allowed}{hint}")
        if isinstance(node, MappingNode):
            for name in required:
                # A key that is misspelt is not missing as well.
                if name not in found and name not in meant:
                    self.report(node, f"{what} lacks the key {name!r}")
        return found

    def items(self, node: Node, what: str) -> list[Node]:
        """The items of a list. Nothing is an empty list."""
        if isinstance(node, ScalarNode) and node.null:
            return []
        if not isinstance(node, SequenceNode):
            self.refuse(node, what, "a list")
            return []
        return node.items

    def text(self, node: Node, what: str) -> str | None:
        """Text that is not blank, without the white space around it."""
        if isinstance(node, ScalarNode) and not node.null and node.text.strip():
            return node.text.strip()
        self.refuse(node, what, "text")
        return None

    def integer(self, node: Node, what: str, least: int, most: int) -> int | None:
        if isinstance(node, ScalarNode) and node.plain and _INTEGER.fullmatch(node.text):
            # Thousands of digits would make int() itself refuse.
            value = int(node.text) if len(node.text) <= 20 else most + 1
            if least <= value <= most:
                return value
        self.refuse(node, what, f"a whole number from {least} to {most}{_as_number(node)}")
        return None

    def positive(self, node: Node, what: str, most: float) -> float | None:
        """A finite number above 0 and at most ``most``."""
        if isinstance(node, ScalarNode) and node.plain and _DECIMAL.fullmatch(node.text):
            value = float(node.text)
            if math.isfinite(value) and 0 < value <= most:
                return value
        self.refuse(node, what, f"a number above 0 and at most {most:.0f}{_as_number(node)}")
        return None

    def choice(self, node: Node, what: str, allowed: Iterable[str]) -> str | None:
        known = tuple(allowed)
        if isinstance(node, ScalarNode) and node.text in known:
            return node.text
        meant = nearest(node.text, known) if isinstance(node, ScalarNode) else None
        self.refuse(node, what, _one_of(known), meant)
        return None


def _one_of(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _as_number(node: Node) -> str:
    """How to write a number that was written so that it is none."""
    if isinstance(node, ScalarNode) and not node.plain and _DECIMAL.fullmatch(node.text):
        return ", without quotes"
    if isinstance(node, ScalarNode) and re.fullmatch(r"0[0-9]+", node.text):
        return ", without leading zeros"
    return ""


def _describe(node: Node) -> str:
    if isinstance(node, SequenceNode):
        return "a list"
    if isinstance(node, MappingNode):
        return "a mapping"
    if node.null:
        return "empty"
    shown = node.text if len(node.text) <= 60 else node.text[:57] + "..."
    return shown if node.plain and _DECIMAL.fullmatch(shown) else repr(shown)
