"""Each form that submissions come in is recognised, and every answer finds its student."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import fsspec  # type: ignore[import-untyped]  # it has no types
import pytest

from tests.intake.archives import Raw, honest_zip, raw_zip
from tests.intake.classroom import (
    ADA,
    CLASS,
    COURSE,
    DETACH,
    GATHER,
    NOBODY,
    WHERE,
    answer_of,
    code,
    notebook,
    roster,
    students,
    text_of,
    told,
    write,
)
from torchgrade.errors import UserError
from torchgrade.intake import Intake, LocationError, StoreError, discover
from torchgrade.roster import Person, Roster
from torchgrade.submission import Absent, Reason, Unreadable

FORMS: Mapping[str, Mapping[str, bytes | str]] = {
    "folders": {"ada/ch03_indexing/gather.py": "g", "alan/where.py": "w", "alan/x.txt": ""},
    "zips": {
        "ada.zip": honest_zip({"gather.py": b"g"}),
        "alan.zip": honest_zip({"my work/ch03_indexing/where.py": b"w"}),
    },
    "canvas": {
        "lovelaceada_123_9_gather.py": "g",
        "turingalan_LATE_124_10_where-2.py": "w",
        "turingalan_LATE_124_11_Detach-Semantics.py": "d",
    },
    "moodle": {
        "Ada Lovelace_777_assignsubmission_file_/gather.py": "g",
        "X_124_assignsubmission_file/where.py": "w",
    },
    "nbgrader": {
        "ada/ch03_indexing/work.ipynb": notebook(code("g", "gather")),
        "alan/ps1/p.ipynb": notebook(code(["w"], "where"), code("x", "test_where")),
        "alan/ps1/timestamp.txt": "2026-11-25 10:00:00 UTC",
    },
    "files": {"ada_gather.py": "g", "alan-where.py": "w", "alan_detach-semantics.py": "d"},
}


def place(folder: Path, files: Mapping[str, bytes | str], how: str) -> str:
    """Put ``files`` somewhere and say where."""
    data = {name: d.encode() if isinstance(d, str) else d for name, d in files.items()}
    if how == "folder":
        return str(write(folder, {**files}))
    if how == "URL of a folder":
        return write(folder, {**files}).as_uri()
    if how == "memory":
        memory = fsspec.filesystem("memory")
        memory.pipe({f"/{folder.name}/{name}": d for name, d in data.items()})
        return f"memory://{folder.name}"
    wrapper = "submissions/" if how == "zip of a folder" else ""
    write(folder, {"all.zip": honest_zip({wrapper + name: d for name, d in data.items()})})
    if how == "zip in memory":
        fsspec.filesystem("memory").pipe(f"/{folder.name}.zip", (folder / "all.zip").read_bytes())
        return f"memory://{folder.name}.zip"
    return f"zip::file://{folder / 'all.zip'}" if how == "zip::" else str(folder / "all.zip")


@pytest.mark.parametrize(
    "how",
    ["folder", "URL of a folder", "memory", "zip", "zip of a folder", "zip::", "zip in memory"],
)
@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_recognised_wherever_it_lies(tmp_path: Path, form: str, how: str) -> None:
    """By looking, in a folder, in a zip, and at a URL, with the same answers."""
    folder = tmp_path / f"{form}-{how.replace(' ', '-').replace(':', '')}"
    intake = discover(place(folder, FORMS[form], how), COURSE, CLASS)
    assert (intake.form, students(intake)) == (form, ["ada", "alan"])
    assert told(intake) == {}
    # As the processes that grade get them.
    ada, alan = pickle.loads(pickle.dumps(intake.handed))
    assert text_of(ada) == "g"
    assert isinstance(answer_of(ada, WHERE), Absent)
    assert text_of(alan, WHERE) == "w"
    assert alan.marked_late == (form == "canvas")


@pytest.mark.parametrize("form", FORMS)
def test_a_form_can_be_named(tmp_path: Path, form: str) -> None:
    """What is named need not be recognised, and gives the same."""
    location = place(tmp_path, FORMS[form], "folder")
    assert discover(location, COURSE, CLASS, form=form) == discover(location, COURSE, CLASS)


def test_a_form_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    """With a guess at what was meant."""
    with pytest.raises(UserError, match="Did you mean moodle"):
        discover(str(tmp_path), COURSE, NOBODY, form="moodel")


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "nothing in it"),
        ({"ch03_indexing/gather.py": "g"}, "it is one submission"),
        ({"gather.py": "g", "where.py": "w"}, "it is one submission"),
        ({"report.pdf": ""}, "nothing in it looks like submissions"),
    ],
)
def test_what_is_no_class_is_refused(
    tmp_path: Path, files: dict[str, bytes | str], reason: str
) -> None:
    """The error says what was found instead and what to name."""
    with pytest.raises(LocationError, match=reason):
        discover(str(write(tmp_path, files)), COURSE, NOBODY)


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("nowhere", "No such file"),
        ("text.txt", "neither a folder nor a whole zip"),
        ("cut.zip", "neither a folder nor a whole zip"),
        ("memory://nowhere", "FileNotFoundError"),
        ("nosuch://x", "Protocol not known"),
        ("tar::x.tar", "only zip files are read"),
        ("zip://sub::good.zip", "no folder sub"),
        ("a\0b", "null"),
    ],
)
def test_a_place_that_can_not_be_read_is_told(tmp_path: Path, location: str, reason: str) -> None:
    """Whatever is wrong with it, with the place."""
    good = honest_zip({"ada/gather.py": b"g"})
    write(tmp_path, {"text.txt": "x", "cut.zip": good[:-9], "good.zip": good})
    if "://" not in location or location.startswith("zip"):
        location = location.replace("good.zip", str(tmp_path / "good.zip"))
        location = location if "::" in location else str(tmp_path / location)
    with pytest.raises(LocationError, match=reason):
        discover(location, COURSE, NOBODY)


def test_without_a_roster_every_valid_id_is_a_student(tmp_path: Path) -> None:
    """And what can't be an id is listed with what is wrong with it."""
    write(tmp_path, {"ada/gather.py": "", "x y/gather.py": "", "=cmd()/gather.py": ""})
    intake = discover(str(tmp_path), COURSE, NOBODY)
    assert students(intake) == ["ada"]
    assert told(intake)["=cmd()"] == (
        "=cmd() can't be a student's id: it begins with one of . - = + @ ~"
    )
    assert "it has a space" in told(intake)["x y"]


def test_with_a_roster_an_unknown_id_is_listed_with_a_guess(tmp_path: Path) -> None:
    """It is never given to the student who was probably meant."""
    write(tmp_path, {f"{name}/gather.py": "" for name in ("ada", "alna", "Ada", "al1", "zzz")})
    intake = discover(str(tmp_path), COURSE, CLASS)
    assert students(intake) == ["ada"]
    assert told(intake) == {
        "alna": "alna is not in the roster; did you mean alan?",
        "Ada": "Ada is not in the roster; did you mean ada?",
        "al1": "al1 is not in the roster; did you mean ada?",
        "zzz": "zzz is not in the roster",
    }


def test_two_submissions_of_one_student_are_both_listed(tmp_path: Path) -> None:
    """Neither counts, since nothing tells which is meant; each names the other."""
    write(tmp_path, {"ada/gather.py": "1", "ada.zip": honest_zip({}), "alan/gather.py": ""})
    intake = discover(str(tmp_path), COURSE, CLASS)
    assert students(intake) == ["alan"]
    reasons = told(intake)
    assert reasons["ada"].endswith("ada.zip")
    assert reasons["ada.zip"].startswith("ada has handed in more than once, also as ")


def test_ids_that_differ_only_in_case_are_both_listed(tmp_path: Path) -> None:
    """Folders of feedback could be one on another machine."""
    data = raw_zip([Raw(b"ada/gather.py"), Raw(b"ADA/gather.py"), Raw(b"bob/gather.py")])
    write(tmp_path, {"all.zip": data})
    intake = discover(str(tmp_path / "all.zip"), COURSE, NOBODY)
    assert students(intake) == ["bob"]
    assert "differs from ADA only in case" in told(intake)["ada"]


def test_a_link_in_a_students_place_is_not_followed(tmp_path: Path) -> None:
    """It could be another student's work or any file of the instructor."""
    write(tmp_path, {"class/ada/gather.py": "g", "secret/gather.py": "s"})
    (tmp_path / "class" / "bob").symlink_to(tmp_path / "secret")
    (tmp_path / "class" / "eve").symlink_to("ada")
    intake = discover(str(tmp_path / "class"), COURSE, NOBODY)
    assert students(intake) == ["ada"]
    assert "links" in told(intake)["bob"]
    assert "links" in told(intake)["eve"]


@pytest.mark.parametrize(
    "link",
    ["ch03_indexing/gather.py", "ch03_indexing", "ch03_indexing/hw.ipynb", "hw.zip", "exercises"],
)
def test_a_link_does_not_lead_to_another_student(tmp_path: Path, link: str) -> None:
    """Files, folders, notebooks and zips alike are read in the student's own folder only."""
    cells = notebook(code("other", "gather"))
    theirs = {
        "ch03_indexing/gather.py": b"other",
        "ch03_indexing/hw.ipynb": cells,
        "ch03_indexing/private.py": b"other",
        "hw.zip": honest_zip({"gather.py": b"other"}),
        "exercises/ch03_indexing/gather.py": b"other",
    }
    for name, data in theirs.items():
        write(tmp_path, {f"ada/{name}": data})
    write(tmp_path, {"eve/notes.txt": "", "eve/more.txt": ""})
    there = tmp_path / "eve" / link
    there.parent.mkdir(exist_ok=True)
    there.symlink_to(tmp_path / "ada" / link)
    _, eve = discover(str(tmp_path), COURSE, NOBODY, form="folders").handed
    assert not hasattr(answer_of(eve), "text")
    assert eve.read(COURSE.exercises).unused == ()


def test_members_that_lead_out_of_a_classs_zip_are_listed(tmp_path: Path) -> None:
    """They are given to nobody, whatever would be left of their names."""
    data = raw_zip([Raw(b"ada/gather.py"), Raw(b"../bob/gather.py"), Raw(b"/eve/gather.py")])
    write(tmp_path, {"all.zip": data})
    intake = discover(str(tmp_path / "all.zip"), COURSE, NOBODY)
    assert students(intake) == ["ada"]
    assert {str(left.reason) for left in intake.unattributed} == {
        "its name in the zip leads out of the zip"
    }
    assert len(intake.unattributed) == 2


def canvas(folder: Path, files: Mapping[str, bytes | str], people: Roster = CLASS) -> Intake:
    return discover(str(write(folder, {**files})), COURSE, people, form="canvas")


def test_canvas_versions_the_newest_counts(tmp_path: Path) -> None:
    """Canvas's file number orders them, not what the student called the file."""
    intake = canvas(
        tmp_path,
        {
            "l_123_20_gather-1.py": "new",
            "l_123_9_gather-7.py": "old",
            "l_123_8_hw.zip": honest_zip({"gather.py": b"older", "where.py": b"only here"}),
        },
    )
    (ada,) = intake.handed
    assert text_of(ada) == "new"
    assert text_of(ada, WHERE) == "only here"


def test_canvas_what_is_no_answer_is_listed(tmp_path: Path) -> None:
    """With the student, so that a person can look at it."""
    intake = canvas(
        tmp_path,
        {
            "l_123_1_gathr.py": "",
            "l_123_2_notes.pdf": "",
            "l_123_text.html": "",
            "anon_Ab3dE_17_gather.py": "",
            "lovelaceada_55_1_gather.py": "",
            "who_56_1_gather.py": "",
            "readme.txt": "",
        },
    )
    assert students(intake) == []
    assert told(intake) == {
        "l_123_1_gathr.py": "ada handed it in, but gathr.py is not called like any exercise;"
        " was gather.py meant?",
        "l_123_2_notes.pdf": "ada handed it in, but only .py, .ipynb and .zip files are read",
        "l_123_text.html": "ada typed it into Canvas; only files are read",
        "anon_Ab3dE_17_gather.py": "it was downloaded without names; turn off anonymous grading"
        " in Canvas",
        "lovelaceada_55_1_gather.py": "nobody in the roster has the Canvas id 55; by name it may"
        " be ada",
        "who_56_1_gather.py": "nobody in the roster has the Canvas id 56",
        "readme.txt": "it is not called as Canvas calls submissions",
    }


def test_canvas_a_files_name_does_not_change_whose_it_is(tmp_path: Path) -> None:
    """What looks like another's id in the student's part of the name is part of the name."""
    intake = canvas(tmp_path, {"l_123_1_x_124_2_gather.py": "evil"})
    assert students(intake) == []
    assert told(intake)["l_123_1_x_124_2_gather.py"].startswith("ada handed it in")


def test_canvas_without_a_roster_the_number_is_the_id(tmp_path: Path) -> None:
    """And a roster without Canvas's ids says what it lacks."""
    files = {"lovelaceada_123_1_gather.py": "g"}
    assert students(canvas(tmp_path, files, NOBODY)) == ["123"]
    intake = canvas(tmp_path, files, roster(Person("ada", "Ada Lovelace")))
    assert "has no Canvas ids" in told(intake)["lovelaceada_123_1_gather.py"]


def moodle(folder: Path, names: list[str], people: Roster = CLASS) -> Intake:
    return discover(str(write(folder, dict.fromkeys(names, "g"))), COURSE, people)


def test_moodle_with_and_without_folders(tmp_path: Path) -> None:
    """By participant number, or by a name that only one person has."""
    intake = moodle(
        tmp_path,
        [
            "Ada Lovelace_9_assignsubmission_file_gather.py",
            "Participant_124_assignsubmission_file_/gather.py",
        ],
    )
    assert (intake.form, students(intake), told(intake)) == ("moodle", ["ada", "alan"], {})


def test_moodle_what_does_not_lead_to_one_person_is_listed(tmp_path: Path) -> None:
    """An unknown name, a name that two have, a number and a name that disagree, typed text."""
    people = roster(ADA, Person("a2", "Alan Turing"), Person("a3", "alan  turing"))
    intake = moodle(
        tmp_path,
        [
            "Who Else_1_assignsubmission_file_/gather.py",
            "Alan Turing_2_assignsubmission_file_/gather.py",
            "Ada Lovelace_123_assignsubmission_onlinetext_/onlinetext.html",
        ],
        people,
    )
    assert students(intake) == []
    assert told(intake) == {
        "Who Else_1_assignsubmission_file_": "nobody in the roster has the number 1 or is called"
        " Who Else",
        "Alan Turing_2_assignsubmission_file_": "several in the roster are called Alan Turing, and"
        " none has the number 2",
        "Ada Lovelace_123_assignsubmission_onlinetext_": "ada typed it into Moodle; only files are"
        " read",
    }


def test_moodle_a_number_and_a_name_that_disagree(tmp_path: Path) -> None:
    """Are not settled in favour of either."""
    intake = moodle(tmp_path, ["Alan Turing_123_assignsubmission_file_/gather.py"])
    (reason,) = told(intake).values()
    assert reason == "by its number it is ada's, by its name alan's"


def test_moodle_a_files_name_does_not_change_whose_it_is(tmp_path: Path) -> None:
    """In the form without folders the student's own name for the file stands last."""
    name = "Ada Lovelace_123_assignsubmission_file_x_124_assignsubmission_file_gather.py"
    intake = moodle(tmp_path, [name])
    assert students(intake) == []
    assert told(intake)[name].startswith("ada handed it in")


def test_moodle_names_survive_forms_of_unicode(tmp_path: Path) -> None:
    """A zip made on a Mac may hold the same name in other code points."""
    name = "Ade\u0301le Nu\u0308n\u0303ez_5_assignsubmission_file_/gather.py"
    people = roster(Person("an", "Ad\u00e9le N\u00fc\u00f1ez"))
    assert students(moodle(tmp_path, [name], people)) == ["an"]


def nbgrader(folder: Path, files: dict[str, bytes | str]) -> Intake:
    return discover(str(write(folder, files)), COURSE, NOBODY, form="nbgrader")


def test_nbgrader_times_are_each_chapters(tmp_path: Path) -> None:
    """Each assignment has its own; the submission's is the last of them."""
    intake = nbgrader(
        tmp_path,
        {
            "ada/ch03/hw.ipynb": notebook(code("g", "gather")),
            "ada/ch03/timestamp.txt": "2026-10-30 12:00:00.5 America/New_York\n",
            "ada/ch06_autograd/detach_semantics.py": "d",
            "ada/ch06_autograd/timestamp.txt": "2026-11-20 12:00:00 +0100",
        },
    )
    (ada,) = intake.handed
    assert ada.submitted == datetime(2026, 11, 20, 11, tzinfo=UTC)
    assert ada.submitted_for("ch03_indexing") == datetime(2026, 10, 30, 16, 0, 0, 500000, UTC)
    assert text_of(ada) == "g"
    assert text_of(ada, DETACH) == "d"


@pytest.mark.parametrize(
    "stamp",
    [
        "",
        "soon",
        "2026-02-31 10:00:00 UTC",
        "2026-01-01 10:00 Mars/X",
        "2026-01-01 10:00:00 ../../etc/passwd",
        "9" * 5000,
        "\0",
    ],
)
def test_nbgrader_a_timestamp_that_tells_no_time_is_remarked(tmp_path: Path, stamp: str) -> None:
    """The submission counts, its time is not known, and the instructor is told."""
    intake = nbgrader(tmp_path, {"ada/ps1/timestamp.txt": stamp, "ada/ps1/gather.py": "g"})
    (ada,) = intake.handed
    assert ada.submitted is None
    (remark,) = intake.remarks
    assert "ada counts as in time" in str(remark.reason)


def test_nbgrader_two_assignments_with_the_same_answer(tmp_path: Path) -> None:
    """That of the chapter's own assignment, or else none if they differ."""
    intake = nbgrader(tmp_path, {"ada/ps1/gather.py": "1", "ada/ps2/gather.py": "2"})
    found = answer_of(intake.handed[0])
    assert isinstance(found, Unreadable)
    assert found.reason is Reason.SEVERAL


def test_nbgrader_the_course_folder_will_do(tmp_path: Path) -> None:
    """Its submitted folder is found beside source and gradebook.db."""
    write(tmp_path, {"gradebook.db": "", "source/ch03/x.ipynb": "", "release/ch03/x.ipynb": ""})
    write(tmp_path, {"submitted/ada/ch03/x.ipynb": notebook(code("g", "gather"))})
    intake = discover(str(tmp_path), COURSE, NOBODY)
    assert (intake.form, students(intake)) == ("nbgrader", ["ada"])


def files(folder: Path, names: list[str], people: Roster = NOBODY) -> Intake:
    return discover(str(write(folder, dict.fromkeys(names, "g"))), COURSE, people)


def test_files_in_folders_of_exercises(tmp_path: Path) -> None:
    """gather/ID.py answers gather, whatever the id looks like."""
    intake = files(tmp_path, ["gather/ada.py", "where/ada.py", "gather/bob_where.py"])
    assert (intake.form, students(intake)) == ("files", ["ada", "bob_where"])
    assert text_of(intake.handed[0], WHERE) == "g"


def test_a_file_with_only_an_id_needs_one_exercise(tmp_path: Path) -> None:
    """With several it is listed; with one chosen it answers that."""
    write(tmp_path, {"ada.py": "g", "bob_gather.py": "b"})
    intake = discover(str(tmp_path), COURSE, NOBODY)
    assert students(intake) == ["bob"]
    assert "does not tell which exercise" in told(intake)["ada.py"]
    chosen = discover(str(tmp_path), COURSE, NOBODY, exercises=[GATHER])
    assert students(chosen) == ["ada", "bob"]
    assert text_of(chosen.handed[0]) == "g"


def test_the_roster_settles_how_a_name_is_read(tmp_path: Path) -> None:
    """ada_gather may itself be an id; without knowing, nobody is given the file."""
    names = ["ada_gather.py", "x_where.py"]
    people = roster(Person("ada_gather"), Person("x"))
    write(tmp_path, dict.fromkeys(names, "g"))
    intake = discover(str(tmp_path), COURSE, people, exercises=[WHERE])
    assert students(intake) == ["ada_gather", "x"]
    both = roster(Person("x"), Person("x_where"))
    intake = discover(str(tmp_path), COURSE, both, exercises=[WHERE])
    assert told(intake)["x_where.py"].startswith("its name can be read in several ways")


HOSTILE = [
    "..",
    "a/b",
    "a\nb",
    "a\0b",
    "x" * 300,
    "\u202egpj",
    "ａｄａ",
    "=cmd()",
    "<script>",
    "CON",
]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("form", ["{}/gather.py", "{}.zip", "{}_gather.py", "gather/{}.py"])
def test_hostile_names_are_nobodys(tmp_path: Path, form: str, name: str) -> None:
    """They become neither students nor paths, and are listed harmlessly where they are seen."""
    member = form.format(name).encode()
    data = raw_zip([Raw(member), Raw(form.format("bob").encode(), honest_zip({}))])
    write(tmp_path, {"all.zip": data})
    intake = discover(str(tmp_path / "all.zip"), COURSE, NOBODY)
    assert set(students(intake)) <= {"bob", "a"}
    for left in intake.unattributed:
        assert "\n" not in f"{left.origin}{left.reason}"
        assert "\0" not in f"{left.origin}{left.reason}"
        assert "\u202e" not in f"{left.origin}{left.reason}"
        assert len(left.origin) < 1000


def test_file_times_are_no_evidence_unless_asked_for(tmp_path: Path) -> None:
    """And then only where nothing else tells; zips and links have none."""
    write(tmp_path, {"ada/ch03_indexing/gather.py": "g", "ada/notes.txt": "later"})
    write(tmp_path, {"bob.zip": honest_zip({"gather.py": b"g"}), "eve/x.txt": ""})
    os.utime(tmp_path / "ada" / "ch03_indexing" / "gather.py", (0, 10**9))
    os.utime(tmp_path / "bob.zip", (0, 2 * 10**9))
    known = discover(str(tmp_path), COURSE, NOBODY)
    assert {handed.submitted for handed in known.handed} == {None}
    asked = discover(str(tmp_path), COURSE, NOBODY, file_times=True)
    assert [handed.submitted for handed in asked.handed] == [
        datetime.fromtimestamp(10**9, UTC),
        datetime.fromtimestamp(2 * 10**9, UTC),
        None,
    ]


def test_files_that_fit_no_exercise_are_named(tmp_path: Path) -> None:
    """A student who misspelt a file's name is not silently absent."""
    write(tmp_path, {"ada/gathr.py": "g", "ada/where.py": "w", "bob/ch03_indexing/Gather.py": "g"})
    ada, bob = discover(str(tmp_path), COURSE, NOBODY).handed
    assert isinstance(answer_of(ada), Absent)
    assert ada.read(COURSE.exercises).unused == (tmp_path / "ada" / "gathr.py",)
    assert bob.read(COURSE.exercises).unused == (tmp_path / "bob/ch03_indexing/Gather.py",)


def test_discovering_opens_no_file(tmp_path: Path) -> None:
    """However many students there are, their files are not touched before they are read."""
    write(tmp_path, {f"s{n}/ch03_indexing/gather.py": "g" for n in range(50)})
    write(tmp_path, {"z.zip": b"no zip"})
    opened: list[object] = []
    watching = [True]
    sys.addaudithook(
        lambda event, args: opened.append(args[0]) if watching and event == "open" else None
    )
    intake = discover(str(tmp_path), COURSE, NOBODY)
    watching.clear()
    assert len(intake.handed) == 51
    assert [path for path in opened if str(path).startswith(str(tmp_path))] == []


@pytest.mark.parametrize("change", ["replaced", "gone"])
@pytest.mark.parametrize("where", ["here", "at a URL"])
def test_a_class_that_changes_while_it_is_graded_is_nobodys_fault(
    tmp_path: Path, change: str, where: str
) -> None:
    """An error for the instructor, not an absent or unreadable answer of a student's."""
    location = place(tmp_path, FORMS["folders"], "zip" if where == "here" else "zip in memory")
    ada = discover(location, COURSE, CLASS).handed[0]
    memory = fsspec.filesystem("memory")
    if where == "here" and change == "gone":
        Path(location).unlink()
    elif where == "here":
        Path(location).write_bytes(honest_zip({"ada/ch03_indexing/gather.py": b"other"}))
    elif change == "gone":
        memory.rm(f"/{tmp_path.name}.zip")
    else:
        memory.pipe(f"/{tmp_path.name}.zip", honest_zip({"ada/gather.py": b"another"}))
    with pytest.raises(StoreError, match=r"changed|could not be read"):
        ada.read(COURSE.exercises)


def test_a_server_that_fails_is_nobodys_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As above, for folders on it."""
    location = place(tmp_path, FORMS["folders"], "memory")
    ada = discover(location, COURSE, CLASS).handed[0]

    def fail(*_: object, **__: object) -> bytes:
        raise TimeoutError("no answer")

    monkeypatch.setattr(type(fsspec.filesystem("memory")), "cat_file", fail)
    with pytest.raises(StoreError, match="TimeoutError: no answer"):
        ada.read(COURSE.exercises)
