"""Pages in a real browser, which must neither run foreign scripts nor ask for anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Route


@dataclass
class Opened:
    """A page in the browser, and what it tried."""

    page: Page
    address: str
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def ask(self, script: str, argument: object = None) -> Any:
        """What JavaScript in the page says."""
        return self.page.evaluate(script, argument)

    @property
    def strayed(self) -> list[str]:
        """Whatever it asked for besides itself."""
        return [address for address in self.requests if address != self.address]


Open = Callable[..., Opened]


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens HTML as a file: ``open_page(html, width=360, dark=True, scripts=False)``."""
    contexts: list[BrowserContext] = []

    def opened(html: str, *, width: int = 1280, dark: bool = False, scripts: bool = True) -> Opened:
        file = tmp_path / f"page{len(contexts)}.html"
        file.write_text(html, encoding="utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        found = Opened(page, file.as_uri())

        def guard(route: Route) -> None:
            found.requests.append(route.request.url)
            if route.request.url == found.address:
                route.continue_()
            else:
                route.abort()

        def refuse(dialog: Dialog) -> None:
            found.dialogs.append(dialog.message)
            dialog.dismiss()

        context.route("**/*", guard)
        page.on("dialog", refuse)
        page.on("console", lambda message: found.complaints.append(message.text))
        page.on("pageerror", lambda error: found.complaints.append(str(error)))
        page.goto(found.address)
        return found

    yield opened
    for context in contexts:
        context.close()
