"""Chapters as assignments: what nbgrader makes of them, and what stays the same."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator  # type: ignore[import-untyped]  # no types
from nbgrader.preprocessors import ClearSolutions  # type: ignore[import-untyped]

from tests.ten_exercises import KEYS
from torchgrade.commands import notebook as command
from torchgrade.course import Chapter, Course, Exercise, load
from torchgrade.errors import UserError
from torchgrade.notebooks.answer_cell import Fit, answer
from torchgrade.notebooks.folder import make_folder
from torchgrade.notebooks.source import source_notebook

jupyter: Any = nbformat  # it has no types
PROJECT = Path(__file__).parents[1]
MINI = Path(__file__).with_name("mini_course")
PLACEHOLDER = "raise NotImplementedError"
RELEASED = "# YOUR CODE HERE\nraise NotImplementedError()"


def built(course: Course, chapter: str, language: str = "en") -> Any:
    found = course.chapter(chapter)
    assert found is not None
    return jupyter.reads(source_notebook(course, found, language).contents.decode(), 4)


def cell(notebook: Any, grade_id: str) -> Any:
    [found] = (each for each in notebook.cells if each.metadata.nbgrader.grade_id == grade_id)
    return found


def short(exercise: Exercise) -> str:
    return exercise.chapter[:4]


@pytest.fixture(scope="module", params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=KEYS)
def exercise(request: pytest.FixtureRequest, ten: Course) -> Exercise:
    """Each of the ten."""
    [found] = ten.select([request.param])
    return found


@pytest.fixture(scope="module")
def sources(ten: Course, language: str) -> Mapping[str, Any]:
    """The notebooks of the whole course, by chapter."""
    return {c.name[:4]: built(ten, c.name, language) for c in ten.chapters}


def nbgrader(folder: Path, *arguments: str) -> str:
    program = Path(sys.executable).with_name("nbgrader")
    environment = {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        [str(program), *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def released(ten: Course, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """The whole course as nbgrader releases it, in its own process: one assignment for speed."""
    folder = tmp_path_factory.mktemp("all")
    make_folder(ten, folder)
    source = folder / "source" / "all"
    source.mkdir()
    (source / "all.bundle.zip").write_bytes(b"whatever lies there")
    for chapter in ten.chapters:
        contents = source_notebook(ten, chapter, "en").contents
        (source / f"{chapter.name[:4]}.ipynb").write_bytes(contents)
    nbgrader(folder, "generate_assignment", "all")
    assert (folder / "release" / "all" / "all.bundle.zip").is_file()
    files = (folder / "release" / "all").glob("*.ipynb")
    return {file.stem: jupyter.read(file, 4) for file in files}


# --- the source


def test_a_notebook_is_what_jupyter_and_nbgrader_want(
    ten: Course, sources: Mapping[str, Any]
) -> None:
    """Valid nbformat 4.5 and schema 3, written as Jupyter writes it, for a Python kernel."""
    for name, notebook in sources.items():
        jupyter.validate(notebook)
        MetadataValidator().validate_nb(notebook)
        assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
        assert notebook.metadata.kernelspec.name == "python3"
        for each in notebook.cells:
            assert each.metadata.nbgrader.schema_version == 3
            assert each.id == f"tg-{each.metadata.nbgrader.grade_id}"
        chapter = ten.chapter(name)
        assert chapter is not None
        contents = source_notebook(ten, chapter, notebook.metadata.torchgrade.language).contents
        assert jupyter.writes(notebook).rstrip("\n") == contents.decode().rstrip("\n")


def test_cells_of_an_exercise(ten: Course, sources: Mapping[str, Any], language: str) -> None:
    """Statement, answer, check and test, in this order; points only where they are earned."""
    kinds = {
        each.metadata.nbgrader.grade_id: (
            each.cell_type,
            *(each.metadata.nbgrader[flag] for flag in ("locked", "solution", "grade")),
            each.metadata.nbgrader.get("points"),
        )
        for each in sources["ch03"].cells
    }
    assert list(kinds.items()) == [
        ("about", ("markdown", True, False, False, None)),
        ("setup", ("code", True, False, False, None)),
        ("read_gather", ("markdown", True, False, False, None)),
        ("gather", ("code", False, True, False, None)),
        ("check_gather", ("code", True, False, False, None)),
        ("test_gather", ("code", True, False, True, 9)),
    ]
    statement = cell(sources["ch03"], "read_gather").source
    [gather] = ten.select(["gather"])
    told = gather.statement(language).read_text(encoding="utf-8").split("\n")
    assert all(line in statement for line in told if line.startswith(("    ", "#")))
    assert statement.count("<details>") == len(gather.hints)
    assert gather.hints[0].to(language) in statement


def test_the_source_has_the_model_answer(sources: Mapping[str, Any], exercise: Exercise) -> None:
    """Run as a cell, its definitions are the solution's and not the stub's."""
    code = cell(sources[short(exercise)], exercise.name).source
    model = exercise.solution.read_text(encoding="utf-8")
    ran: dict[str, Any] = {"__name__": "cell"}
    exec(compile(code, "cell", "exec", dont_inherit=True), ran)
    alone: dict[str, Any] = {"__name__": "cell"}
    exec(compile(model, "cell", "exec", dont_inherit=True), alone)
    for name, value in alone.items():
        if callable(value) and getattr(value, "__module__", "") == "cell":
            assert constants(ran[name]) == constants(value)
            assert bytecode(ran[name]) == bytecode(value)


def bytecode(value: Any) -> dict[str, bytes]:
    """Of a function, or of each method of a class."""
    functions = {"": value, **vars(value)} if isinstance(value, type) else {"": value}
    return {k: f.__code__.co_code for k, f in functions.items() if hasattr(f, "__code__")}


def constants(value: Any) -> list[str]:
    functions = vars(value).values() if isinstance(value, type) else [value]
    codes = (f.__code__ for f in functions if hasattr(f, "__code__"))
    return [repr([c for c in code.co_consts if not hasattr(c, "co_code")]) for code in codes]


def test_building_is_repeatable(tmp_path: Path) -> None:
    """A copy of the course elsewhere gives the same bytes."""
    shutil.copytree(MINI, tmp_path / "copy")
    first, second = load(MINI), load(tmp_path / "copy")
    for chapter, other in zip(first.chapters, second.chapters, strict=True):
        one, two = source_notebook(first, chapter, "zh"), source_notebook(second, other, "zh")
        assert one == two


def test_cells_keep_their_names(mini: Path) -> None:
    """Whatever becomes of texts, points, solutions and other exercises."""
    before = [each.id for each in built(load(mini), "ch01").cells]
    chapter = mini / "exercises" / "ch01_values"
    (chapter / "center.md").write_text("# Center\n\nAltogether different.\n")
    solution = mini / "solutions" / "ch01_values" / "center.py"
    solution.write_text(solution.read_text() + "\n\ndef more():\n    pass\n")
    description = (mini / "course.yml").read_text()
    moments = description.index("      moments:")
    description = description[:moments].replace("points: 4", "points: 8") + description[moments:]
    (mini / "course.yml").write_text(description)
    after = built(load(mini), "ch01")
    assert [each.id for each in after.cells] == before
    assert cell(after, "test_center").metadata.nbgrader.points == 8


# --- what nbgrader releases


def test_what_is_released_is_the_stub(released: Mapping[str, Any], exercise: Exercise) -> None:
    """The answer's cell, up to the last placeholder, which is nbgrader's."""
    stub = exercise.stub.read_text(encoding="utf-8").rstrip()
    before, _, after = stub.rpartition(PLACEHOLDER)
    assert not after
    indent = before[before.rindex("\n") + 1 :]
    expected = before + RELEASED.replace("\n", f"\n{indent}")
    assert cell(released[short(exercise)], exercise.name).source == expected


def test_a_release_gives_nothing_away(released: Mapping[str, Any], exercise: Exercise) -> None:
    """Neither a line of the model answer or of the grader, nor how marks are given."""
    text = json.dumps(released[short(exercise)], ensure_ascii=False)
    stub, model, grader = (
        {line.strip() for line in file.read_text(encoding="utf-8").split("\n")}
        for file in (exercise.stub, exercise.solution, exercise.grader)
    )
    own = {line for line in model | grader if len(line) > 24} - stub
    assert own
    assert [line for line in own if json.dumps(line, ensure_ascii=False)[1:-1] in text] == []
    assert "score(" not in text
    assert not re.search("BEGIN|HIDDEN", text)
    assert f'validate(\\"{exercise.name}\\")' in text


# --- answers


def release(source: str) -> str:
    """What nbgrader makes of the cell."""
    made = jupyter.v4.new_code_cell(source)
    ClearSolutions()._replace_solution_region(made, "python")
    return str(made.source)


@pytest.mark.parametrize(
    ("stub", "expected", "fit"),
    [
        pytest.param(
            "def f(x):\n    raise NotImplementedError\n",
            "def f(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()",
            Fit.PLACEHOLDER,
            id="a function without a docstring",
        ),
        pytest.param(
            'def g():\n    raise NotImplementedError\n\ndef f(x):\n    "Double."\n'
            '    raise NotImplementedError("é", 1)  # here\n\nLIMIT = 3\n',
            'def g():\n    raise NotImplementedError\n\ndef f(x):\n    "Double."\n'
            "    # YOUR CODE HERE\n    raise NotImplementedError()\n\nLIMIT = 3",
            Fit.PLACEHOLDER,
            id="two functions, and a constant after them",
        ),
        pytest.param(
            "def f(x):\n\tif x is None:\n\t\traise ValueError\n\traise NotImplementedError(\n\t)\n",
            "def f(x):\n\tif x is None:\n\t\traise ValueError\n"
            "\t# YOUR CODE HERE\n\traise NotImplementedError()",
            Fit.PLACEHOLDER,
            id="tabs, and a placeholder of two lines",
        ),
        pytest.param(
            "class A:\n    def a(self):\n        raise NotImplementedError\n\n"
            "    def b(self):\n        return 1\n",
            "class A:\n    def a(self):\n        raise NotImplementedError\n\n"
            "    def b(self):\n        return 1\n\n\n" + RELEASED,
            Fit.NOT_LAST,
            id="a class that goes on",
        ),
        pytest.param(
            "def g():\n    raise NotImplementedError\n\ndef f(x):\n    return x  # wrong\n",
            "def g():\n    raise NotImplementedError\n\ndef f(x):\n    return x  # wrong\n\n\n"
            + RELEASED,
            Fit.NOT_LAST,
            id="something to mend after the placeholder",
        ),
        pytest.param(
            "def f(x):\n    return x  # wrong\n",
            "def f(x):\n    return x  # wrong\n\n\n" + RELEASED,
            Fit.NO_PLACEHOLDER,
            id="something to mend",
        ),
        pytest.param(
            "def f(x): raise NotImplementedError\n",
            "def f(x): raise NotImplementedError\n\n\n" + RELEASED,
            Fit.NO_PLACEHOLDER,
            id="a placeholder that shares its line",
        ),
    ],
)
def test_stubs_of_every_form(stub: str, expected: str, fit: Fit) -> None:
    """The cell is the model answer, and what nbgrader leaves of it is the stub."""
    model = (
        '"""Answers."""\n\nfrom __future__ import annotations\n\n\n'
        "def f(x: Unknown) -> int:\n    return 2 * x\n\n\nclass A:\n    pass\n"
    )
    future = "from __future__ import annotations\n"
    made = answer(future + stub, model)
    assert made.fit is fit
    assert release(made.source) == future + expected
    ran: dict[str, Any] = {}
    exec(compile(made.source, "cell", "exec", dont_inherit=True), ran)
    assert ran["f"](4) == 8


def test_authors_are_told_of_stubs_without_a_place(
    mini: Path, course_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Since students will have to delete a line."""
    stub = mini / "exercises" / "ch01_values" / "center.py"
    stub.write_text(stub.read_text().replace(PLACEHOLDER, "return x"))
    build(mini, course_folder, "ch01")
    assert "ch01_values/center: the stub has no “raise NotImplementedError”" in said(capsys)


# --- texts


def test_pictures_come_along(mini: Path) -> None:
    """As attachments, and once each; what is code or a formula is left alone."""
    picture = b"\x89PNG\r\n\x1a\n..."
    for folder in ("figures", "more"):
        (mini / folder).mkdir()
    (mini / "figures" / "a b.png").write_bytes(picture)
    (mini / "more" / "a b.png").write_bytes(picture + b"!")
    statement = mini / "exercises" / "ch01_values" / "center.md"
    statement.write_text(
        "# Center\n\n![one](../../figures/a%20b.png) and ![two](../../more/a%20b.png),\n"
        'again ![one](../../figures/a%20b.png "A"). `f[0](x)` and $f[1](x)$ stay,\n'
        "[web](https://example.org/a) too, and [here](#center); [notes](notes.md) is words.\n\n"
        "    ![code](no.png)\n"
    )
    course = load(mini)
    made = source_notebook(course, course.chapters[0], "en")
    text = cell(jupyter.reads(made.contents.decode(), 4), "read_center")
    assert set(text.attachments) == {"a-b.png", "a-b-2.png"}
    assert text.attachments["a-b.png"] == {"image/png": "iVBORw0KGgouLi4="}
    assert text.source.startswith(
        "# Center\n\n![one](attachment:a-b.png) and ![two](attachment:a-b-2.png),\n"
        'again ![one](attachment:a-b.png "A"). `f[0](x)` and $f[1](x)$ stay,\n'
        "[web](https://example.org/a) too, and [here](#center); notes is words.\n\n"
        "    ![code](no.png)\n"
    )
    assert [note.values["target"] for note in made.notes] == ["notes.md"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("![x](no.png)", "shows no.png, which the course doesn't have"),
        ("![x](../../../outside.png)", "which the course doesn't have"),
        ("![x](center.py)", "shows center.py, which is no picture"),
        ("Look for ### BEGIN SOLUTION.", "says “BEGIN SOLUTION”, by which nbgrader cuts cells"),
    ],
)
def test_texts_that_no_notebook_can_show(mini: Path, text: str, problem: str) -> None:
    """They are refused, with the file that has them."""
    (mini.parent / "outside.png").write_bytes(b"")
    (mini / "exercises" / "ch01_values" / "center.md").write_text(text)
    with pytest.raises(UserError, match=re.escape(problem)) as caught:
        built(load(mini), "ch01")
    assert "center.md" in str(caught.value)


def test_chinese_has_no_gaps(mini: Path) -> None:
    """A line break between two Chinese characters would show as a space; code keeps its lines."""
    statement = mini / "exercises" / "ch01_values" / "center.zh.md"
    statement.write_text(
        "# 中心化\n\n减去\n平均值：\n\n- 沿维度，\n  求和。\n\n      一\n      二\n"
    )
    text = cell(built(load(mini), "ch01", "zh"), "read_center").source
    assert text.startswith("# 中心化\n\n减去平均值：\n\n- 沿维度，求和。\n\n      一\n      二\n")


def renamed(name: str) -> Callable[[Chapter], Chapter]:
    def change(chapter: Chapter) -> Chapter:
        first, *rest = chapter.exercises
        return replace(chapter, exercises=(first, *(replace(e, name=name) for e in rest)))

    return change


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (renamed("setup"), "would be called setup, which every notebook has"),
        (renamed("read_center"), "would be called read_center, as is one of ch01_values/center"),
        (renamed("center"), "would be called read_center, as is one of"),
        (lambda c: replace(c, exercises=()), "Chapter ch01_values has no exercises"),
        (
            lambda c: replace(c, exercises=tuple(replace(e, points=0.0) for e in c.exercises)),
            "center is worth no points",
        ),
    ],
)
def test_chapters_that_can_be_no_notebook(
    change: Callable[[Chapter], Chapter], problem: str
) -> None:
    """Names of cells are those of exercises, so two exercises may not claim the same."""
    course = load(MINI)
    with pytest.raises(UserError, match=problem):
        source_notebook(course, change(course.chapters[0]), "en")


# --- the command


@pytest.fixture
def mini(tmp_path: Path) -> Path:
    """A copy of the mini course to change."""
    root = tmp_path / "mini"
    shutil.copytree(MINI, root)
    return root


@pytest.fixture
def course_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "classroom"
    (folder / "source").mkdir(parents=True)
    return folder


@pytest.fixture(autouse=True)
def no_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Making bundles takes seconds and is tested elsewhere; processes of their own make them."""
    monkeypatch.setattr(command, "_write_bundle", lambda *_: [])


def build(mini: Path, folder: Path, *what: str, language: str | None = None) -> None:
    assert command.run_build(mini, what, folder, language) == 0


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().out.split())


def course_command(*arguments: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        [sys.executable, str(PROJECT / "cli.py"), *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return " ".join(done.stdout.split())


def test_from_nothing_to_an_assignment(mini: Path) -> None:
    """Two commands write what nbgrader needs, the bundle included, in a folder anywhere."""
    classroom = mini.parent / "class room"
    printed = course_command("notebook", "init", "../class room", cwd=mini)
    assert "Next: course notebook build --dir '../class room'" in printed
    printed = course_command("--course", mini, "notebook", "build", "center", cwd=classroom)
    assert "source/ch01/ch01.ipynb: 2 exercises, 7 points" in printed
    assert printed.endswith("nbgrader generate_assignment ch01")
    source = classroom / "source" / "ch01"
    # What else lay there would be released, too.
    assert {f.name for f in source.iterdir()} == {"ch01.ipynb", "ch01.bundle.zip"}
    assert zipfile.is_zipfile(source / "ch01.bundle.zip")
    assert jupyter.read(source / "ch01.ipynb", 4) == built(load(mini), "ch01")


def test_edits_by_hand_are_kept(
    mini: Path, course_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Beside source/, all of which is released; what Jupyter changes by saving is no edit."""
    build(mini, course_folder, "ch01")
    file = course_folder / "source" / "ch01" / "ch01.ipynb"
    original = file.read_bytes()
    notebook = jupyter.reads(original.decode(), 4)
    notebook.metadata.language_info.version = "3.12.1"
    cell(notebook, "check_center").execution_count = 1
    cell(notebook, "check_center").outputs = [jupyter.v4.new_output("stream", text="hm")]
    file.write_text(jupyter.writes(notebook, indent=2))
    capsys.readouterr()
    build(mini, course_folder, "ch01")
    assert file.read_bytes() == original
    assert "backups" not in said(capsys)
    assert not (course_folder / "backups").exists()

    cell(notebook, "center").source += "\n# by hand"
    edited = jupyter.writes(notebook)
    for _ in range(2):
        file.write_text(edited)
        build(mini, course_folder, "ch01")
        assert file.read_bytes() == original
        assert "had been edited by hand; that version is kept in" in said(capsys)
    kept = list((course_folder / "backups" / "ch01").iterdir())
    assert [each.read_text() for each in kept] == [edited, edited]
    assert [each.name for each in file.parent.iterdir()] == ["ch01.ipynb"]

    file.write_text("no notebook")
    build(mini, course_folder, "ch01")
    assert file.read_bytes() == original
    assert len(list((course_folder / "backups" / "ch01").iterdir())) == 3


def test_an_assignment_keeps_its_language(mini: Path, course_folder: Path) -> None:
    """Built again under another locale, it doesn't change under the students."""
    file = course_folder / "source" / "ch01" / "ch01.ipynb"
    build(mini, course_folder, "ch01", language="zh")
    chinese = file.read_bytes()
    build(mini, course_folder, "center")
    assert file.read_bytes() == chinese
    build(mini, course_folder, "ch01", language="en")
    assert file.read_bytes() != chinese


def test_init_leaves_what_is_there(mini: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A course of nbgrader's that one has: the lines that it needs are shown."""
    classroom = mini / "classroom"
    classroom.mkdir()
    config = classroom / "nbgrader_config.py"
    config.write_text("c = get_config()\n")
    assert command.run_init(mini, classroom, None) == 0
    assert config.read_text() == "c = get_config()\n"
    printed = capsys.readouterr().out
    assert "nbgrader_config.py was there and stays as it is." in printed
    assert '    configure(c, course="..")\n' in printed
    config.write_text(config.read_text() + "import torchgrade.notebooks\n")
    assert command.run_init(mini, classroom, None) == 0
    assert "configure(" not in capsys.readouterr().out


def test_folders_that_are_no_classroom(mini: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a part of the course nor any folder one happens to be in."""
    with pytest.raises(UserError, match="is a part of the course"):
        command.run_init(mini, mini / "exercises" / "classroom", None)
    assert not (mini / "exercises" / "classroom").exists()
    monkeypatch.chdir(mini)
    classroom = mini / "classroom"
    with pytest.raises(UserError, match=r"has no nbgrader_config\.py.*course notebook init DIR"):
        command.run_build(mini, (), None, None)
    assert command.run_init(mini, classroom, None) == 0
    with pytest.raises(UserError, match="There is no exercise or chapter called ch07"):
        command.run_build(mini, ("ch07",), classroom, None)
