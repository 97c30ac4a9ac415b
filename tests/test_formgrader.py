"""formgrader in a real browser: autograde by its button, look, correct by hand, autograde again."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.batch.classes import DOUBLE, HALF
from tests.nbgrader_classroom import Classroom

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_START_SECONDS = 90


@dataclass
class Desk:
    """An instructor's browser, logged in at a Jupyter server of the classroom."""

    page: Page
    address: str

    def go(self, path: str) -> None:
        self.page.goto(f"{self.address}formgrader/{path}")
        self.page.wait_for_load_state("networkidle")

    def autograde(self, student: str) -> str:
        """Press the button; what formgrader says of it."""
        self.go("manage_submissions/ch01")
        row = self.page.locator("tbody tr", has_text=student)
        row.locator(".autograde a").click()
        dialog = self.page.locator(".modal.in")
        dialog.locator(".modal-body").wait_for()
        said = dialog.inner_text()
        dialog.get_by_role("button", name="OK").click()
        dialog.wait_for(state="hidden")
        return said

    def status(self, student: str) -> tuple[str, str]:
        """What stands in the list of submissions: status and score."""
        self.go("manage_submissions/ch01")
        row = self.page.locator("tbody tr", has_text=student)
        return row.locator(".status").inner_text(), row.locator(".score").inner_text()

    def open(self, student: str) -> None:
        """From the list of submissions to the student's notebook."""
        self.go("manage_submissions/ch01")
        self.page.locator("tbody tr", has_text=student).locator(".student-name a").click()
        self.page.get_by_role("link", name="ch01").last.click()
        # Marks and comments come after the page, each by a request.
        for field in ("#test_half", "#half-comment", "#double-comment"):
            self.page.wait_for_selector(f"{field}[placeholder]:not([placeholder=''])")

    def enter(self, where: str, what: str) -> None:
        """Type into a field, leave it, and wait until it is saved."""
        with self.page.expect_response(lambda response: response.request.method == "PUT") as saved:
            self.page.fill(where, what)
            self.page.locator(where).blur()
        assert saved.value.ok

    def shown(self, where: str) -> tuple[str, str | None]:
        """What a person has entered in a field, and what stands there while nobody has."""
        field = self.page.locator(where)
        return field.input_value(), field.get_attribute("placeholder")


@contextmanager
def jupyter(room: Classroom) -> Iterator[tuple[str, str]]:
    """A Jupyter server with the classroom, and nothing of whoever runs this: address and token."""
    folders = room.root / "jupyter"
    token = secrets.token_hex(16)
    environment = {
        **room.environment,
        "JUPYTER_CONFIG_DIR": str(folders / "config"),
        "JUPYTER_DATA_DIR": str(folders / "data"),
        "JUPYTER_RUNTIME_DIR": str(folders / "runtime"),
        "IPYTHONDIR": str(folders / "ipython"),
        "JUPYTER_TOKEN": token,
    }
    options = ["--no-browser", "--ip=127.0.0.1", "--port=0", "--allow-root"]
    with (room.root / "jupyter.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", *options],
            cwd=room.folder,
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            yield _address(folders / "runtime", server, Path(log.name)), token
        finally:
            server.terminate()
            server.wait(30)


def _address(runtime: Path, server: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        for file in runtime.glob("jpserver-*.json"):
            try:
                return str(json.loads(file.read_text())["url"])
            except (ValueError, KeyError):  # it is just being written
                break
        time.sleep(0.1)
    pytest.fail(f"Jupyter did not start:\n{log.read_text()}")


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Classroom:
    made = Classroom(tmp_path_factory.mktemp("formgrader"), [DOUBLE, HALF])
    made.build()
    built = made.serve('assert api().generate_assignment("ch01")["success"]')
    assert built.returncode == 0, built.stderr
    made.hand_in(
        "bob", double="def f(x):\n    return x * x\n", half="def g(x):\n    return x / 2\n"
    )
    notebook = made.hand_in("mia", half="def g(x):\n    return x / 2\n")
    tree = json.loads(notebook.read_text())
    answer = next(c for c in tree["cells"] if c["metadata"]["nbgrader"]["grade_id"] == "double")
    tree["cells"].append({**answer, "id": "another", "source": "def f(x):\n    return x + x\n"})
    notebook.write_text(json.dumps(tree))
    return made


@pytest.fixture(scope="module")
def desk(room: Classroom, browser: Browser) -> Iterator[Desk]:
    with jupyter(room) as (address, token):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(60_000)
        page = context.new_page()
        # nbgrader has MathJax come from a server far away, which is not to be asked here.
        page.route(lambda url: not url.startswith("http://127.0.0.1"), lambda route: route.abort())
        page.goto(f"{address}formgrader")
        page.fill("input[name=password]", token)
        page.click("#login_submit")
        page.wait_for_url("**/formgrader/manage_assignments")
        yield Desk(page, address)
        context.close()


def test_a_mark_given_by_hand_stays_when_autograde_is_pressed_again(
    desk: Desk, tmp_path: Path
) -> None:
    """From the list of assignments to the answer, with what the sandbox says of it, and back."""
    desk.page.locator("tbody tr", has_text="ch01").locator(".num-submissions a").click()
    desk.page.wait_for_url("**/manage_submissions/ch01")
    assert desk.status("bob") == ("needs autograding", "")
    said = desk.autograde("bob")
    assert "Successfully autograded 'ch01' for student 'bob'" in said
    assert "bob: 4 of 6 points in ch01 (2 answers run, 0 known)" in said
    assert desk.status("bob") == ("graded", "4 / 6")

    desk.open("bob")
    assert desk.shown("#test_double") == ("", "2")
    assert desk.shown("#double-comment") == ("", "2 of 4 points\n- Small: You squared it.")
    assert desk.page.get_by_text("What happened here").is_visible()
    desk.enter("#test_double", "3.5")
    desk.enter("#double-comment", "Nearly: look at f(3).")
    desk.page.screenshot(path=tmp_path / "submission.png", full_page=True)

    assert "0 answers run, 2 known" in desk.autograde("bob")
    assert desk.status("bob") == ("graded", "5.5 / 6")
    desk.open("bob")
    assert desk.shown("#test_double") == ("3.5", "2")
    assert desk.shown("#double-comment")[0] == "Nearly: look at f(3)."


def test_a_damaged_answer_waits_for_a_person(desk: Desk, tmp_path: Path) -> None:
    """formgrader says so in its list, and shows both versions of the answer."""
    assert "double of mia is not graded" in desk.autograde("mia")
    assert desk.status("mia") == ("needs manual grading", "2 / 6")
    desk.open("mia")
    assert "is in the notebook more than once" in desk.page.content()
    assert "return x + x" in desk.page.locator("body").inner_text().replace("\xa0", " ")
    assert desk.shown("#test_double") == ("", None)
    desk.page.screenshot(path=tmp_path / "damaged.png", full_page=True)
    desk.enter("#test_double", "4")
    assert desk.status("mia") == ("graded", "6 / 6")
