"""What every page owes its readers, asked of Chromium: contrast, order, names, room."""

from __future__ import annotations

from tests.html.conftest import Opened

__all__ = ["accessibility_faults", "low_contrast", "unfolded"]

_CONTRAST = """
() => {
  const parse = (text) => {
    const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const over = (top, below) => ({
    r: top.r * top.a + below.r * (1 - top.a),
    g: top.g * top.a + below.g * (1 - top.a),
    b: top.b * top.a + below.b * (1 - top.a), a: 1,
  });
  const luminance = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((v) => {
      const s = v / 255;
      return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) {
      layers.push(parse(getComputedStyle(e).backgroundColor));
      if (layers.at(-1).a === 1) break;
    }
    const paper = { r: 255, g: 255, b: 255, a: 1 };
    return layers.reverse().reduce((below, top) => over(top, below), paper);
  };
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim()) continue;
    if (element.closest("script, style, noscript, .sr")) continue;
    if (!element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const svg = element.namespaceURI.endsWith("svg");
    const below = ground(element);
    const ink = over(parse(svg ? style.fill : style.color), below);
    const [light, dark] = [luminance(ink), luminance(below)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) {
      found.add(`${ratio.toFixed(2)} ${element.tagName}.${element.getAttribute("class")}`);
    }
  }
  return [...found];
}
"""

_FAULTS = """
() => {
  const found = [];
  const one = (selector) => document.querySelectorAll(selector).length === 1;
  if (!document.documentElement.lang) found.push("no language");
  if (!document.title.trim()) found.push("no title");
  for (const landmark of ["main", "body > header", "h1"]) {
    if (!one(landmark)) found.push(`not one ${landmark}`);
  }
  let level = 0;
  for (const heading of document.querySelectorAll("h1,h2,h3,h4,h5,h6")) {
    const next = Number(heading.tagName[1]);
    if (next > level + 1) found.push(`h${next} after h${level}: ${heading.textContent}`);
    if (!heading.textContent.trim()) found.push(`empty h${next}`);
    level = next;
  }
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  if (new Set(ids).size !== ids.length) found.push("an id stands twice");
  for (const control of document.querySelectorAll("input, select")) {
    if (!control.labels.length) found.push(`no label: ${control.id}`);
  }
  for (const named of document.querySelectorAll("a, button, summary")) {
    if (!named.textContent.trim()) found.push(`no name: ${named.outerHTML}`);
  }
  for (const svg of document.querySelectorAll("svg")) {
    if (svg.getAttribute("aria-hidden") !== "true" && !svg.getAttribute("aria-label")) {
      found.push("a drawing without a text");
    }
  }
  for (const region of document.querySelectorAll("[tabindex='0']")) {
    const name = region.ariaLabel || region.getAttribute("aria-labelledby");
    if (!region.getAttribute("role") || !name) {
      found.push(`no name: ${region.outerHTML.slice(0, 80)}`);
    }
  }
  for (const scope of document.querySelectorAll("th")) {
    if (!scope.scope) found.push(`no scope: ${scope.textContent}`);
  }
  return found;
}
"""


def low_contrast(opened: Opened) -> list[str]:
    """Visible texts whose contrast is below WCAG 2.2, level AA (1.4.3)."""
    found: list[str] = opened.ask(_CONTRAST)
    return found


def accessibility_faults(opened: Opened) -> list[str]:
    """What a reader with a screen reader or a keyboard would stumble over."""
    found: list[str] = opened.ask(_FAULTS)
    return found


def unfolded(opened: Opened) -> None:
    """Open everything that can be opened."""
    opened.ask("for (const part of document.querySelectorAll('details')) part.open = true")
