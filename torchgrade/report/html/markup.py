"""Text as HTML: what a student wrote, made inert and visible; sentences; statements in Markdown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup

from torchgrade.report.html.escape import escaped, with_code

__all__ = ["Statement", "Wording", "prose", "shown", "statement"]

_WEB: Final = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_FIRST_HEADING: Final = 4
"""Statements stand below the headings of the page, the chapter and the exercise."""


def shown(text: str) -> Markup:
    """``text`` of whomever, as characters on a page and nothing else: see `escaped`."""
    return Markup(escaped(text))


def prose(text: str) -> Markup:
    """A sentence in which ``back quotes`` mark code; nothing else in it is markup."""
    return Markup(with_code(text))


# Statements ------------------------------------------------------------------------------------


class Statement:
    """A Markdown file as HTML: its title, and the rest."""

    def __init__(self, title: str, body: Markup) -> None:
        self.title = title
        """Its first heading as plain text; empty if it doesn't begin with one."""
        self.body = body


class Wording(NamedTuple):
    """A Markdown file with what it needs to stand alone."""

    text: str
    pictures: tuple[tuple[str, str], ...] = ()
    """What it calls a picture, and a data URI that holds it; others are shown by their words."""


@lru_cache(maxsize=256)
def statement(wording: Wording) -> Statement:
    """``wording`` rendered; what looks like HTML in it is text. Kept: a class has few of them."""
    parser = _parser()
    tokens, pictures = parser.parse(wording.text), dict(wording.pictures)
    title = ""
    if [token.type for token in tokens[:3]] == ["heading_open", "inline", "heading_close"]:
        title = "".join(token.content for token in tokens[1].children or ())
        tokens = tokens[3:]
    shift = _FIRST_HEADING - min((_level(t) for t in tokens if t.type == "heading_open"), default=1)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{max(_FIRST_HEADING, min(6, _level(token) + shift))}"
        elif token.type == "th_open":
            token.attrSet("scope", "col")
        elif token.type == "inline":
            token.children = _harmless(token.children or (), pictures)
    # The renderer escapes all text; raw HTML was never parsed as such.
    body = Markup(parser.renderer.render(tokens, parser.options, {}))
    return Statement(title, body)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.inline.ruler.before("escape", "formula", _formula)
    return parser


def _level(token: Token) -> int:
    return int(token.tag[1:])


def _harmless(tokens: Sequence[Token], pictures: Mapping[str, str]) -> list[Token]:
    """Without links to lost places and pictures from elsewhere, since a page loads nothing."""
    kept: list[Token] = []
    dropped: list[bool] = []
    for token in tokens:
        if token.type == "image" and (held := pictures.get(str(token.attrGet("src")))):
            token.attrSet("src", held)
        elif token.type == "image":
            token = Token("text", "", 0, content=f"[{token.content}]")
        elif token.type == "link_open":
            dropped.append(not _WEB.match(str(token.attrGet("href") or "")))
            token.attrSet("rel", "noopener noreferrer")
            if dropped[-1]:
                continue
        elif token.type == "link_close" and dropped.pop():
            continue
        kept.append(token)
    return kept


def _formula(state: StateInline, silent: bool) -> bool:
    """``$x_i$`` and ``$$x_i$$`` stay as they are: Markdown would take their signs for its own.

    As in Pandoc, so that prices are none: no space inside the dollars, no digit after them.
    """
    if state.src[state.pos] != "$":
        return False
    found = re.compile(r"(\$\$?)(?=\S)([^$]*?\S)\1(?!\d)").match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        token = state.push("code_inline", "code", 0)
        token.markup = "$"
        token.content = found[2]
        token.attrSet("class", "formula")
    state.pos = found.end()
    return True
