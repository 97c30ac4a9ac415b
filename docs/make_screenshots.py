"""Take the pictures of the pages that the documentation shows.

Run ``python docs/make_screenshots.py`` in the project's root. It makes a class, grades three
exercises of it with the real commands, and takes ``docs/overview.png`` and ``docs/feedback.png`` in
Chromium. With ``--graded DIR`` it uses the pages of an earlier ``course grade --out DIR``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

DOCS = Path(__file__).resolve().parent
EXERCISES = ("ch03/gather", "ch06/detach_semantics", "ch06/gradient_accumulation")
WIDTH = 1100
HEIGHT = 1500
OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
# So that the same pictures come out of the same code.
SECRET = "the pictures in the documentation"


def grade(folder: Path) -> Path:
    """Make a class in ``folder``, grade it, and say where its pages are."""
    python = [sys.executable, "-m"]
    made, graded = folder / "class", folder / "graded"
    subprocess.run(
        [*python, "benchmarks.make_class", str(made), "--chapters", *EXERCISES], check=True
    )
    subprocess.run(
        [
            *(*python, "cli", "grade", str(made / "submissions"), *EXERCISES, "--lang", "en"),
            *("--roster", str(made / "roster.csv"), "--out", str(graded)),
            *("--db", str(folder / "gradebook.db")),
        ],
        check=True,
        env={**os.environ, "TORCHGRADE_SECRET": SECRET},
    )
    return graded


def telling(feedback: Path) -> Path:
    """A page worth showing: one mistake that is explained, little else, and most of the rest right.

    Among equals the first by name, so that the choice doesn't change by itself.
    """

    def worth(page: Path) -> tuple[bool, int, int]:
        html = page.read_text(encoding="utf-8")
        explained = html.count('class="callout explanation"')
        failed = html.count('class="test failed"')
        return explained == 0, abs(failed - 3), -explained

    return min(sorted(feedback.glob("*.html")), key=worth)


def picture(browser: Browser, page: Path, file: Path) -> None:
    """The top of ``page``, in the light theme and sharp on screens of high resolution."""
    with browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=1.5, color_scheme="light"
    ) as context:
        opened = context.new_page()
        opened.goto(page.resolve().as_uri())
        opened.screenshot(path=file)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--graded", type=Path, help="pages of an earlier course grade")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        graded = arguments.graded or grade(Path(folder))
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(OPTIONS)
        )
        picture(browser, graded / "overview.html", DOCS / "overview.png")
        picture(browser, telling(graded / "feedback"), DOCS / "feedback.png")
        browser.close()


if __name__ == "__main__":
    main()
