"""course.yml: what is read, what is refused, and how exercises are found by name."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from torchgrade.course import (
    CourseError,
    CourseNotFoundError,
    Limits,
    Problem,
    SelectionError,
    Slurm,
    check_files,
    find,
    load,
    read,
    topics,
)
from torchgrade.late import LatePolicy

PROJECT = Path(__file__).parents[1]

DESCRIPTION = """\
# a comment
format: 1
title: {en: Tiny, zh: 小课程}
languages: [en, zh]
sandbox: landlock
limits: {seconds: 5, memory: 512 MiB}
chapters:
  ch03_indexing:
    title: {en: Indexing, zh: 索引}
    exercises:
      gather:
        points: 4
        topics: [gather]
        hints:
          - {en: First, zh: 第一}
          - en: >-
              Second,
              folded
            zh: 第二
      norm:
        points: 1.5
  ch06_autograd:
    title: {en: Autograd, zh: 自动微分}
    due: 2026-12-20T23:59:00+01:00
    exercises:
      detach_semantics:
        points: 6
        limits: {seconds: 20, output: 100}
      norm: {points: 2}
"""


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(CourseError) as caught:
        read(text, Path("/c/course.yml"))
    return caught.value.problems


def changed(old: str, new: str) -> str:
    assert DESCRIPTION.count(old) == 1, old
    return DESCRIPTION.replace(old, new)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A course with every file that it needs."""
    (tmp_path / "course.yml").write_text(DESCRIPTION, encoding="utf-8")
    course = load(tmp_path)
    files = [course.readme(c.name, lang) for c in course.chapters for lang in course.languages]
    for e in course.exercises:
        files += [e.stub, e.solution, e.grader, *(e.statement(lang) for lang in course.languages)]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x\n")
    return tmp_path


def test_everything_in_the_file_arrives_in_the_model() -> None:
    """Titles, points, hints, limits and dates are what course.yml says, in its order."""
    course = read(DESCRIPTION, Path("/c/course.yml"))
    assert [chapter.name for chapter in course.chapters] == ["ch03_indexing", "ch06_autograd"]
    assert (course.title.to("zh"), course.sandbox, course.languages) == (
        "小课程",
        "landlock",
        ("en", "zh"),
    )
    gather, _, detach, _ = course.exercises
    assert gather.key == "ch03_indexing/gather"
    assert [hint.to("en") for hint in gather.hints] == ["First", "Second, folded"]
    assert gather.topics == ("gather",)
    assert course.points == 13.5
    assert course.chapters[1].due == datetime(2026, 12, 20, 22, 59, tzinfo=UTC)
    assert course.limits == Limits(seconds=5.0, memory=512 * 1024**2)
    assert detach.limits == Limits(seconds=20.0, memory=512 * 1024**2, output=100)


CLUSTER = """\
cluster:
  slurm:
    cores: 8
    memory: 24 GiB
    walltime: 2 h
    jobs: 3
"""


def test_a_cluster_is_described_in_its_own_section() -> None:
    """What is left out has a default; without the section there is none."""
    text = changed("chapters:\n", f"{CLUSTER}    directives: [--nice=5]\nchapters:\n")
    course = read(text, Path("/c/course.yml"))
    expected = Slurm(8, 24 << 30, timedelta(hours=2), 3, directives=("--nice=5",))
    assert course.slurm == expected
    assert course.slurm is not None and course.slurm.workers == 8
    assert read(DESCRIPTION, Path("/c/course.yml")).slurm is None


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("cores: 8", "cores: 0", "cores: read 0; must be a whole number from 1"),
        ("cores: 8", "core: 8", "unknown key 'core' in cluster: slurm"),
        ("24 GiB", "24 GB", "did you mean '24 GiB'?"),
        ("2 h", "10 s", "walltime: read '10 s'; must be from 5 min to 30 days"),
        ("jobs: 3", "jobs: 3\n    partition: -p evil", "partition: read '-p evil'"),
        ("jobs: 3", "jobs: 3\n    directives: [nice=5]", "options such as --constraint"),
        ("jobs: 3", 'jobs: 3\n    prologue: ["a\\nb"]', "a list of single lines"),
        ("jobs: 3", "jobs: 3\n    gpus: many", "gpus: read 'many'"),
        ("slurm:", "slurn:", "did you mean 'slurm'?"),
    ],
)
def test_what_is_wrong_with_a_cluster_is_told_with_its_line(old: str, new: str, told: str) -> None:
    """As for everything else in course.yml."""
    text = changed("chapters:\n", f"{CLUSTER}chapters:\n").replace(old, new)
    (problem,) = problems_of(text)
    assert told in problem.message
    assert problem.line is not None and problem.line > 6


def test_a_chapter_has_the_courses_rule_for_lateness_unless_it_has_its_own() -> None:
    """What a chapter leaves out is as the course says; without any rule nothing is taken."""
    late = "limits: {seconds: 5, memory: 512 MiB}\nlate: {grace: 15 min, per_day: 10 %}"
    text = changed("limits: {seconds: 5, memory: 512 MiB}", late)
    own = "late: {per_day: 2.5%, cutoff: 2d 12h}\n    due: 2026-12-20T23:59:00+01:00"
    course = read(text.replace("due: 2026-12-20T23:59:00+01:00", own), Path("/c/course.yml"))
    quarter = timedelta(minutes=15)
    assert [chapter.late for chapter in course.chapters] == [
        LatePolicy(quarter, 0.1, None),
        LatePolicy(quarter, 0.025, timedelta(days=2.5)),
    ]
    assert read(DESCRIPTION, Path("/c/course.yml")).chapters[0].late == LatePolicy()


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("{grace: soon}", "late: grace: read 'soon'; must be a length of time"),
        ("{grace: 15}", "a length of time, such as 15 min"),
        ("{grace: 15 fortnights}", "a length of time"),
        ("{per_day: 0.1}", "late: per_day: read 0.1; must be a percentage"),
        ("{per_day: 110 %}", "a percentage from 0 % to 100 %"),
        ("{per_dy: 10 %}", "did you mean 'per_day'?"),
        ("{grace: 2 days, cutoff: 1 day}", "late: cutoff comes before the end of grace"),
    ],
)
def test_a_rule_for_lateness_that_says_nothing_is_refused(rule: str, told: str) -> None:
    """With its line, what was read and what is allowed."""
    head = "limits: {seconds: 5, memory: 512 MiB}"
    (problem,) = problems_of(changed(head, f"{head}\nlate: {rule}"))
    assert problem.line == 7
    assert told in problem.message


def test_paths_follow_from_names() -> None:
    """Only the first language's statement has no language in its name."""
    exercise = read(DESCRIPTION, Path("/c/course.yml")).exercises[0]
    assert exercise.stub == Path("/c/exercises/ch03_indexing/gather.py")
    assert exercise.solution == Path("/c/solutions/ch03_indexing/gather.py")
    assert exercise.grader == Path("/c/graders/ch03_indexing/test_gather.py")
    assert exercise.statement("en") == Path("/c/exercises/ch03_indexing/gather.md")
    assert exercise.statement("zh") == Path("/c/exercises/ch03_indexing/gather.zh.md")


@pytest.mark.parametrize(
    ("written", "size"),
    [("65536", 65536), ("64 KiB", 65536), ("1.5 MiB", 1572864), ("1GiB", 2**30), ("7 B", 7)],
)
def test_sizes_are_bytes_or_binary_units(written: str, size: int) -> None:
    """A size with a binary unit equals the same number of bytes."""
    text = changed("limits: {seconds: 5, memory: 512 MiB}", f"limits: {{output: {written}}}")
    assert read(text, Path("/c/course.yml")).limits.output == size


def test_a_course_in_one_language_may_use_plain_strings() -> None:
    """Texts need no mapping if there is only one language; YAML's special words stay words."""
    text = "format: 1\ntitle: no\nlanguages: [no]\nchapters: {}\n"
    assert read(text, Path("/c/course.yml")).title.versions == (("no", "no"),)


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("points: 4", "pionts: 4", 12, "did you mean 'points'?"),
        ("points: 4", "points: -1", 12, "read -1; must be a number above 0"),
        ("points: 4", "points: 0", 12, "read 0; must be"),
        ("points: 4", "points: .nan", 12, "read '.nan'"),
        ("points: 4", "points: .inf", 12, "read '.inf'"),
        ("points: 4", "points: 1e999", 12, "must be a number"),
        ("points: 4", "points: yes", 12, "read 'yes'"),
        ("points: 4", "points: '4'", 12, "without quotes"),
        ("points: 4", "points: 010", 12, "without leading zeros"),
        ("points: 4", "points: 1:30", 12, "must be a number"),
        ("points: 4", "points: [4]", 12, "read a list"),
        ("points: 4", "points:", 12, "read empty"),
        ("        points: 4\n", "", 12, "lacks the key 'points'"),
        ("points: 4", "points: 4\n        points: 5", 13, "'points' occurs twice"),
        ("topics: [gather]", "topics: [gahter]", 13, "did you mean 'gather'?"),
        ("topics: [gather]", "topics: [gather, gather]", 13, "twice"),
        ("topics: [gather]", "topics: gather", 13, "must be a list"),
        ("sandbox: landlock", "sandbox: jial", 5, "did you mean 'jail'?"),
        ("format: 1", "format: 2", 2, "this version reads format 1; a newer torchgrade"),
        ("format: 1", "format: one", 2, "this version reads format 1"),
        ("title: {en: Tiny, zh: 小课程}", "title: {en: Tiny}", 3, "lacks its version in 'zh'"),
        ("title: {en: Tiny, zh: 小课程}", "title: {en: T, zh: '', fr: x}", 3, "language 'fr'"),
        ("title: {en: Tiny, zh: 小课程}", "title: {en: Tiny, zh: ' '}", 3, "must be text"),
        ("title: {en: Tiny, zh: 小课程}", "title: Tiny", 3, "a text in every language"),
        ("- {en: First, zh: 第一}", "- {en: First}", 15, "hint 1 of exercise ch03_indexing/gather"),
        ("languages: [en, zh]", "languages: []", 4, "at least one language"),
        ("languages: [en, zh]", "languages: [en, zh, en]", 4, "listed twice"),
        ("languages: [en, zh]", "languages: [en, ../zh]", 4, "a code such as"),
        ("2026-12-20T23:59:00+01:00", "2026-12-20T23:59:00", 24, "the zone is missing"),
        ("2026-12-20T23:59:00+01:00", "2026-12-20", 24, "a time zone"),
        ("2026-12-20T23:59:00+01:00", "2026-02-30T00:00:00Z", 24, "a time zone"),
        ("  ch06_autograd:", "  ch02_autograd:", 22, "numbers must increase"),
        ("  ch06_autograd:", "  ch03_autograd:", 22, "numbers must increase"),
        ("  ch06_autograd:", "  autograd:", 22, "must look like ch06_autograd"),
        ("detach_semantics:", "Detach-Semantics:", 26, "did you mean 'detach_semantics'?"),
        ("detach_semantics:", "lambda:", 26, "keyword"),
        ("detach_semantics:", "all:", 26, "reserved"),
        ("detach_semantics:", "ch06:", 26, "reserved"),
        ("detach_semantics:", "norm:", 29, "'norm' occurs twice"),
        ("memory: 512 MiB", "memory: 512MB", 6, "did you mean '512 MiB'?"),
        ("memory: 512 MiB", "memory: 1", 6, "at least 1 MiB"),
        ("memory: 512 MiB", "processes: 0", 6, "a whole number from 1"),
        ("memory: 512 MiB", "processes: 1.5", 6, "a whole number from 1"),
        ("memory: 512 MiB", f"processes: {'9' * 5000}", 6, "a whole number from 1"),
        ("seconds: 5", "secnods: 5", 6, "did you mean 'seconds'?"),
        ("norm: {points: 2}", "norm: 2", 29, "must be a mapping"),
        ("norm: {points: 2}", "norm:", 29, "must be a mapping"),
        ("norm: {points: 2}", "? [norm]\n      : {points: 2}", 29, "must be a name"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_line(
    old: str, new: str, line: int, message: str
) -> None:
    """Every mistake is told with its line, what was read or what is allowed."""
    found = problems_of(changed(old, new))
    assert [p for p in found if p.line == line and message in p.message], found


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", None, "empty"),
        ("- a\n", 1, "must be a mapping"),
        ("a:\n\tb: 1\n", 2, "a tab"),
        ("a: 1\nb: c: d\n", 2, "in quotes"),
        ("a: [1\n", 2, "opened in line 1"),
        ("a: @x\n", 1, "in quotes"),
        ("a: 1\n---\nb: 1\n", 2, "second document"),
        ("x: \x00\n", 1, "control character"),
        ("a: &a [x]\nb: [*a, *a]\n", 1, "anchors"),
        ("a: *a\n", 1, "anchors"),
        ("[" * 500_000, 1, "nested"),
    ],
)
def test_what_is_not_a_yaml_mapping_is_one_problem(
    text: str, line: int | None, message: str
) -> None:
    """Broken or hostile YAML is an error with a line; it neither crashes nor expands."""
    problem = problems_of(text)[0]
    assert problem.line == line
    assert message in problem.message


def test_all_problems_are_reported_at_once() -> None:
    """An author sees every mistake in one run, in the file's order."""
    text = changed("points: 4", "points: x").replace("sandbox: landlock", "sandbox: none")
    text = text.replace("points: 6", "point: 6")
    assert [problem.line for problem in problems_of(text)] == [5, 12, 27]


def test_an_unreadable_file_is_an_error_with_its_line(tmp_path: Path) -> None:
    """Bytes that aren't UTF-8 are reported with file and line."""
    file = tmp_path / "course.yml"
    file.write_bytes(b"format: 1\ntitle: \xff\n")
    with pytest.raises(CourseError, match=r"course\.yml:2: byte 0xff is not UTF-8"):
        load(tmp_path)


def test_only_course_yml_is_needed(tmp_path: Path) -> None:
    """A student's bundle, which has no solutions, loads; folder and file are both accepted."""
    file = tmp_path / "course.yml"
    file.write_bytes(b"\xef\xbb\xbf" + DESCRIPTION.replace("\n", "\r\n").encode())
    assert load(tmp_path) == load(file)
    with pytest.raises(CourseNotFoundError):
        load(tmp_path / "elsewhere")


def test_the_course_is_found_from_below(tmp_path: Path) -> None:
    """Any folder inside a course leads to it; a folder outside is an error that names it."""
    below = tmp_path / "course" / "exercises" / "ch03_indexing"
    below.mkdir(parents=True)
    (tmp_path / "course" / "course.yml").touch()
    assert find(below) == tmp_path / "course"
    with pytest.raises(CourseNotFoundError, match=str(tmp_path)):
        find(tmp_path)


@pytest.mark.parametrize(
    ("names", "keys"),
    [
        ([], "gather norm detach_semantics norm"),
        (["all"], "gather norm detach_semantics norm"),
        (["ch03"], "gather norm"),
        (["ch3"], "gather norm"),
        (["CH03"], "gather norm"),
        (["ch03_indexing"], "gather norm"),
        (["ch03-indexing/"], "gather norm"),
        (["ch03/gather"], "gather"),
        (["ch03_indexing/gather"], "gather"),
        (["gather"], "gather"),
        (["detach-semantics"], "detach_semantics"),
        (["ch06", "gather", "ch03/gather"], "gather detach_semantics norm"),
        (["exercises/ch03_indexing/gather.py"], "gather"),
        (["./exercises/ch03_indexing/"], "gather norm"),
        (["/home/exercises/c/exercises/ch03_indexing/gather.zh.md"], "gather"),
        (["graders/ch03_indexing/test_gather.py"], "gather"),
        (["exercises\\ch03_indexing\\gather.py"], "gather"),
        (["/elsewhere/ch06_autograd/norm.py"], "norm"),
        (["../ch03_indexing/gather.py"], "gather"),
        (["gather.py"], "gather"),
        (["exercises/ch03_indexing/README.zh.md"], "gather norm"),
        (["exercises"], "gather norm detach_semantics norm"),
    ],
)
def test_a_name_selects_exercises(names: list[str], keys: str) -> None:
    """Chapters, exercises and paths select; the course's order holds and nothing comes twice."""
    course = read(DESCRIPTION, Path("/c/course.yml"))
    assert [exercise.name for exercise in course.select(names)] == keys.split()


@pytest.mark.parametrize(
    ("name", "candidates"),
    [
        ("gahter", ("gather",)),
        ("ch03/gahter", ("ch03_indexing/gather",)),
        ("ch06/gather", ("ch03_indexing/gather",)),
        ("ch99/gather", ("ch03_indexing/gather",)),
        ("ch06_autogard", ("ch06_autograd",)),
        ("zzzzzz", ()),
        ("", ()),
    ],
)
def test_an_unknown_name_suggests_the_nearest(name: str, candidates: tuple[str, ...]) -> None:
    """The error says what was probably meant, if anything is near."""
    with pytest.raises(SelectionError) as caught:
        read(DESCRIPTION, Path("/c/course.yml")).select([name])
    assert not caught.value.ambiguous
    assert caught.value.candidates == candidates


def test_an_ambiguous_name_lists_the_candidates() -> None:
    """A name that two chapters share is never guessed."""
    with pytest.raises(SelectionError, match="ch03_indexing/norm, ch06_autograd/norm") as caught:
        read(DESCRIPTION, Path("/c/course.yml")).select(["norm"])
    assert caught.value.ambiguous


def test_a_complete_course_has_no_file_problem(folder: Path) -> None:
    """By-products of tools are no stray files."""
    chapter = folder / "exercises" / "ch03_indexing"
    (chapter / "__pycache__").mkdir()
    (chapter / ".ipynb_checkpoints").mkdir()
    for name in (".DS_Store", "gather.py~", "#gather.py#", "gather.py.bak-20261122-031500"):
        (chapter / name).touch()
    assert check_files(load(folder)) == ()


def test_missing_and_stray_files_are_told_apart(folder: Path) -> None:
    """What is missing is named by its purpose, what is stray by the file it may have been for."""
    course = load(folder)
    chapter = folder / "exercises" / "ch03_indexing"
    (chapter / "gather.zh.md").rename(chapter / "gather.cn.md")
    (folder / "graders" / "ch06_autograd" / "test_norm.py").unlink()
    course.exercises[1].solution.unlink()
    course.exercises[1].solution.mkdir()
    (folder / "solutions" / "ch07_new").mkdir()
    (folder / "exercises" / "notes.txt").touch()
    found = {str(p.path.relative_to(folder)): p.message for p in check_files(course)}
    assert found == {
        "exercises/ch03_indexing/gather.zh.md": (
            "missing: the statement of ch03_indexing/gather in 'zh'"
        ),
        "exercises/ch03_indexing/gather.cn.md": (
            "belongs to no exercise; did you mean 'gather.zh.md'?"
        ),
        "graders/ch06_autograd/test_norm.py": "missing: the grader of ch06_autograd/norm",
        "solutions/ch03_indexing/norm.py": (
            "not a file, but should be the solution of ch03_indexing/norm"
        ),
        "solutions/ch07_new": "belongs to no exercise; remove it or list it in course.yml",
        "exercises/notes.txt": "belongs to no exercise; remove it or list it in course.yml",
    }


def test_every_topic_is_titled_in_both_languages() -> None:
    """Topic ids are unique over all chapters, and each has an English and a Chinese title."""
    known = topics()
    assert len(known) == 149
    for name, topic in known.items():
        assert topic.id == name
        assert topic.title.languages == {"en", "zh"}


def test_a_large_course_is_read_in_one_pass() -> None:
    """Twice as many exercises take about twice as many steps, not four times."""

    def steps(count: int) -> int:
        entry = "      exercise_{}: {{points: 1, topics: [gather], hints: [{{en: a, zh: b}}]}}\n"
        head = DESCRIPTION[: DESCRIPTION.index("      gather:")]
        text = head + "".join(entry.format(number) for number in range(count))
        taken = 0

        def count_calls(*_: object) -> None:
            nonlocal taken
            taken += 1

        before = sys.getprofile()
        sys.setprofile(count_calls)
        try:
            read(text, Path("/c/course.yml"))
        finally:
            sys.setprofile(before)
        return taken

    steps(1)  # the topics are loaded once
    assert steps(200) < 2.5 * steps(100)


def test_reading_a_course_imports_neither_torch_nor_pytest(folder: Path) -> None:
    """The course model costs a command nothing that it doesn't need."""
    code = (
        "import sys; from pathlib import Path; from torchgrade.course import load;"
        f"load(Path({str(folder)!r}));"
        "sys.exit(any(name in sys.modules for name in ('torch', 'pytest', 'rich', 'click')))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=False).returncode == 0
