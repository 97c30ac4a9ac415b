"""``course new``: the files and the entry of a new exercise."""

from __future__ import annotations

from pathlib import Path

from torchgrade.commands.context import open_whole_course
from torchgrade.commands.terminal import display
from torchgrade.scaffold import create

__all__ = ["run"]


def run(course_dir: Path | None, name: str, language: str | None) -> int:
    context = open_whole_course(course_dir, language)
    _ = context.translate
    written = create(context.course, name)
    print(_("Made:"))
    for file in written[:-1]:
        print(f"  {display(file)}")
    print(_("Added to {path}.").format(path=display(written[-1])))
    key = f"{written[0].parent.name}/{written[0].stem}"
    print(_("Now write the exercise, then run: course audit {exercise}").format(exercise=key))
    return 0
