"""The frame of a page: templates, style, scripts, and the policy that lets only these act."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from torchgrade.report.html.markup import prose, shown

__all__ = ["Assets", "assets", "compile_templates", "render"]

_FOLDER: Final = Path(__file__).parent / "templates"
# Without the script, a browser may set Chinese in Japanese forms.


@dataclass(frozen=True)
class Assets:
    """What a page carries inline, and the policy that names exactly this."""

    style: Markup
    script: Markup
    policy: str


@lru_cache(maxsize=8)
def assets(styles: Sequence[str], script: str) -> Assets:
    """Of files in the folder of templates: ``styles`` one after the other, and one script."""
    style = _squeezed("\n".join(_read(name) for name in styles))
    code = _read(script).strip()
    for text in (style, code):
        # Both end where this begins, whatever it stands in.
        if re.search(r"</(style|script)|<!--", text, re.IGNORECASE):
            raise ValueError("an inline style or script must not hold its own end")
    policy = (
        f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {_hash(code)};"
        " base-uri 'none'; form-action 'none'"
    )
    return Assets(Markup(style), Markup(code), policy)


def compile_templates() -> None:
    """Do beforehand what else the first page of each kind takes longer for."""
    for name in _environment().list_templates(extensions=["html"]):
        _environment().get_template(name)


def render(template: str, values: Mapping[str, object]) -> str:
    """The page that ``template`` makes of ``values``, as text that UTF-8 can hold."""
    return _environment().get_template(template).render(values)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_inert,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["prose"] = prose
    return environment


def _inert(value: object) -> Markup:
    """What stands on a page for a template's expression: no template can forget to ask."""
    return value if isinstance(value, Markup) else shown(str(value))


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _squeezed(style: str) -> str:
    """Without comments and indentation, which thousands of pages would carry."""
    return re.sub(r"\n\s*", "\n", re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)).strip()


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
