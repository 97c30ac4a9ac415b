"""The architecture: who may import whom, and what an answer to --help costs."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
ENGINE = PROJECT / "torchgrade"

# Each module imports only from the lines above its own.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("text", "errors", "nearest", "atomic", "definitions", "uses", "secret", "describe", "late"),
    ("cores", "notebooks.names", "pictures", "sandbox.accounts"),
    ("timing.model", "timing.marks", "timing.statistics", "timing.shim", "timing.drawing"),
    ("timing.marked", "timing.anchors"),
    ("notebook_cells", "notebooks.answer_cell"),
    ("roster", "filetree"),
    ("marks",),
    ("sandbox.levels", "sandbox.late_imports"),
    ("sandbox.gpus", "sandbox.line", "sandbox.wire", "sandbox.linux", "sandbox.seccomp"),
    ("sandbox.worker", "sandbox.jail"),
    ("sandbox.zygote",),
    ("sandbox.server",),
    ("sandbox.portable", "operators"),
    ("report.wrap", "report.inert", "report.fill", "report.excerpt", "report.unbroken"),
    ("report.harmless", "report.markdown"),
    ("sandbox.start",),
    ("result", "i18n", "yamlfile", "shipping", "course_model"),
    ("result_tree", "graded", "overview", "report.speed"),
    ("compare", "course_files", "sandbox.client", "report.nouns", "report.summary", "report.page"),
    ("timing.protocol", "timing.device"),
    ("timing.timer",),
    ("timing.selftest",),
    ("notebooks.texts",),
    ("notebooks.source",),
    ("notebooks.folder",),
    ("course", "trial", "set_aside", "report.wording", "report.phrases"),
    ("fixtures",),
    ("authoring", "diagnosis", "submission", "report.json_", "report.terminal"),
    ("intake.store", "intake.cause", "intake.cell_source"),
    ("intake.notebook",),
    ("intake.archive", "intake.roster_csv"),
    ("intake.answers", "intake.trees", "intake.matching"),
    ("intake.model", "intake.location"),
    ("intake.found", "intake.handed_file"),
    ("intake.plain", "intake.lms", "intake.nbgrader", "intake.file_times"),
    ("intake.discovery",),
    ("intake",),
    ("report.html.escape", "report.html.speed_plot"),
    ("report.html.markup", "report.html.fragment"),
    ("report.html.document", "report.html.listing", "report.html.plots", "report.html.class_rows"),
    ("report.html.student_page", "report.html.class_page"),
    ("report.html",),
    ("similar.tokens",),
    ("similar.fingerprint",),
    ("similar.search", "similar.alignment"),
    ("similar",),
    ("report.html.similar_page",),
    ("course_edit", "placeholder", "stubs"),
    ("export", "export.figures", "export.notes", "export.files", "export.selection"),
    ("export.sheet", "export.standing", "export.outcome_text"),
    ("export.matching", "export.table", "export.junit", "export.class_json", "export.gradescope"),
    ("export.canvas", "export.canvas_feedback", "export.moodle", "export.autograder"),
    ("store.schema", "store.faults"),
    ("store.connection",),
    ("store.migration",),
    ("store.database",),
    ("regrade_diff", "store", "store.nbgrader_tables", "store.remark"),
    ("store.gradebook", "notebooks.rebuild"),
    ("store.statistics", "notebooks.autograded"),
    ("release.bundle",),
    ("release.recording", "release.visible", "release.description"),
    ("session", "scaffold"),
    ("release.build",),
    ("release.folder", "release"),
    ("audit", "grading.messages", "grading.nursery", "grading.foreseen"),
    ("grading.process", "grading.main"),
    ("grading.one",),
    ("batch.executor", "batch.keys"),
    ("batch.local", "batch.grade", "batch.stored", "batch.package", "batch.parcel"),
    ("batch.seat",),
    ("batch.link",),
    ("batch.cluster", "batch.slurm"),
    ("export.autograder_run",),
    ("notebook_kernel.guard", "notebook_kernel.record", "notebook_kernel.language"),
    ("notebook_kernel.answers", "notebook_kernel.courses"),
    ("notebook_kernel.grader", "notebook_kernel.show"),
    ("notebook_kernel.kernel",),
    ("notebook",),
    ("commands.terminal", "commands.progress", "commands.version", "commands.context"),
    ("commands.failure", "commands.classroom", "commands.batch_progress", "commands.results_json"),
    ("notebooks.configuration", "notebooks.traits", "notebooks.resident"),
    ("notebooks", "notebooks.late_plugin", "notebooks.autograde"),
    ("commands.cluster",),
    ("commands.pages", "commands.machines"),
    ("commands.tell_class",),
    ("commands",),
    ("cli",),
)
HEAVY = {"torch", "numpy", "pytest", "_pytest", "yaml", "rich", "babel"}


def name_of(file: Path) -> str:
    if file.parent == PROJECT:
        return file.stem
    parts = file.relative_to(ENGINE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


SOURCES = {name_of(file): file for file in (PROJECT / "cli.py", *ENGINE.rglob("*.py"))}


def imports_of(tree: ast.AST, *, at_import: bool = False) -> Iterator[str]:
    """Modules that a file imports, in full; with ``at_import`` those of its top level only."""
    for node in _top_level(tree) if at_import else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert node.module is not None
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            # Of a package from which only modules are taken nothing else is used.
            if not all(name.removeprefix("torchgrade.") in SOURCES for name in names):
                yield node.module
            yield from names


def _top_level(tree: ast.AST) -> Iterator[ast.AST]:
    """Statements that run when the module is imported; annotations' imports do not."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            continue
        yield node
        yield from _top_level(node)


def parsed(name: str) -> ast.Module:
    return ast.parse(SOURCES[name].read_text(encoding="utf-8"))


def engine_imports(name: str) -> set[str]:
    found = {module for module in imports_of(parsed(name)) if module.startswith("torchgrade.")}
    names = {module.removeprefix("torchgrade.") for module in found}
    return {imported for imported in names if imported in SOURCES}


def is_mere_package(name: str) -> bool:
    """Whether a name stands for a folder of modules and nothing else."""
    return SOURCES[name].name == "__init__.py" and not engine_imports(name)


def layer(name: str) -> int | None:
    known = {module: depth for depth, names in enumerate(LAYERS) for module in names}
    # A command has no place of its own: none imports another.
    return known.get(name, known["commands"] if name.startswith("commands.") else None)


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_imports_point_downwards(name: str) -> None:
    """A module knows nothing of what is built on it."""
    if is_mere_package(name):
        return
    own = layer(name)
    assert own is not None, f"{name} has no place among the layers yet"
    for imported in engine_imports(name):
        if is_mere_package(imported):
            continue
        below = layer(imported)
        assert below is not None
        assert below < own, f"{name} imports {imported}"


def test_layers_name_only_modules_that_exist() -> None:
    """The table above is not a memory of what was."""
    assert {name for names in LAYERS for name in names} <= {*SOURCES, "commands"}


@pytest.mark.parametrize("name", ["sandbox.worker", "sandbox.wire"])
def test_the_students_side_imports_nothing_else_of_the_engine(name: str) -> None:
    """What lies beside student code holds nothing worth reading."""
    assert engine_imports(name) <= {"sandbox", "sandbox.wire", "sandbox.levels"}


@pytest.mark.parametrize(
    "name",
    ["zygote", "jail", "gpus", "linux", "seccomp", "levels", "server", "line", "portable", "start"],
)
def test_what_starts_before_torch_does_not_import_it(name: str) -> None:
    """The fork server confines itself first, and the command starts it before anything heavy."""
    tree = parsed(f"sandbox.{name}")
    at_import = {module.partition(".")[0] for module in imports_of(tree, at_import=True)}
    anywhere = {module.partition(".")[0] for module in imports_of(tree)}
    assert not at_import & HEAVY
    assert not anywhere & {"pytest", "_pytest", "yaml", "rich"}


def test_the_fork_server_knows_no_course() -> None:
    """Nothing that it imports leads to graders, results or submissions."""
    seen: set[str] = set()
    waiting = ["sandbox.zygote", "sandbox.worker"]
    while waiting:
        name = waiting.pop()
        seen.add(name)
        waiting += engine_imports(name) - seen
    assert {name for name in seen if not name.startswith("sandbox")} == set()


@pytest.mark.parametrize("name", ["cli", "commands"])
def test_what_answers_help_imports_nothing_heavy(name: str) -> None:
    """Not even on the way."""
    at_import = {module.partition(".")[0] for module in imports_of(parsed(name), at_import=True)}
    assert not at_import & HEAVY
    if name == "cli":
        assert "torchgrade" not in at_import


def test_help_loads_nothing_heavy() -> None:
    """Asked of Python itself: `course --help` and its kind load click and the standard library."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", str(PROJECT / "cli.py"), "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {
        line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()
    }
    assert "click" in loaded
    assert not loaded & HEAVY


@pytest.mark.parametrize("name", ["result", "text", "course_model", "submission"])
def test_what_is_pure_does_not_import_torch_or_pytest(name: str) -> None:
    """Outcomes, texts, the course and submissions are told without PyTorch."""
    modules = {module.partition(".")[0] for module in imports_of(parsed(name))}
    assert not modules & {"torch", "numpy", "pytest", "rich"}


@pytest.mark.parametrize("name", ["report.html.fragment", "intake.cell_source"])
def test_what_students_notebooks_show_needs_no_extra(name: str) -> None:
    """Students install the package without what only instructors need."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        seen.add(current)
        waiting += engine_imports(current) - seen
    modules = {m.partition(".")[0] for each in seen for m in imports_of(parsed(each))}
    assert not modules & {"jinja2", "markupsafe", "markdown_it", "pygments", "nbgrader"}


@pytest.mark.parametrize(
    "file",
    [*PROJECT.glob("graders/*/*.py"), *PROJECT.glob("tests/mini_course/graders/*/*.py")],
    ids=lambda file: file.stem,
)
def test_graders_import_only_what_is_made_for_them(file: Path) -> None:
    """Of the engine a grader knows torchgrade.authoring alone."""
    modules = set(imports_of(ast.parse(file.read_text(encoding="utf-8"))))
    ours = {module for module in modules if module.partition(".")[0] == "torchgrade"}
    assert all(module.startswith("torchgrade.authoring") for module in ours)


@pytest.mark.parametrize("tree", ["exercises", "solutions"])
def test_what_students_see_imports_nothing_of_the_engine(tree: str) -> None:
    """Stubs and model answers are files like any student's."""
    for file in (
        *PROJECT.glob(f"{tree}/*/*.py"),
        *PROJECT.glob(f"tests/mini_course/{tree}/*/*.py"),
    ):
        modules = imports_of(ast.parse(file.read_text(encoding="utf-8")))
        assert not any(module.partition(".")[0] == "torchgrade" for module in modules), file
