"""``course gradescope build``: the autograder zip for Gradescope."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

from torchgrade.commands.context import open_whole_course
from torchgrade.commands.terminal import display
from torchgrade.errors import N_, UserError
from torchgrade.export.autograder import build
from torchgrade.export.files import writing
from torchgrade.export.gradescope import Visibility
from torchgrade.report.fill import fill
from torchgrade.report.summary import format_points
from torchgrade.sandbox.levels import Level
from torchgrade.secret import secret_of

__all__ = ["run_build"]


def run_build(
    course_dir: Path | None,
    what: tuple[str, ...],
    *,
    out: Path,
    hidden: str,
    sandbox: str,
    with_secret: bool,
    torch_index: str | None,
    language: str | None,
) -> int:
    """Write the autograder for ``what`` (all, if empty) to ``out``; say how to set it up."""
    context = open_whole_course(course_dir, language)
    _ = context.translate
    exercises = context.course.select(what or ("all",))
    known = secret_of(context.course.root)
    if with_secret and not known:
        raise UserError(
            N_("The course has no secret to include."),
            N_("Put one into .torchgrade/secret or TORCHGRADE_SECRET, or leave --with-secret out."),
        )
    with writing(out) as stream:
        built = build(
            context.course,
            exercises,
            stream,
            language=context.language,
            hidden=Visibility(hidden),
            sandbox=Level(sandbox),
            secret=known if with_secret else _derived(known),
            torch_index=torch_index,
        )
    lines = [
        fill(
            _.ngettext(
                "Wrote an autograder for {count} exercise to {path}.",
                "Wrote an autograder for {count} exercises to {path}.",
                built.exercises,
            ),
            count=built.exercises,
            path=display(out),
        ),
        _("In Gradescope, make a programming assignment and set:"),
        "  " + fill(_("autograder points: {points}"), points=format_points(built.points)),
        "  " + fill(_("time limit: at least {minutes} minutes"), minutes=built.minutes),
        "  " + fill(_("memory: at least {gigabytes} GB"), gigabytes=built.gigabytes),
        fill(
            _("Code is graded at sandbox level {level} or above, and not at all below it."),
            level=sandbox,
        ),
    ]
    if torch_index is None:
        lines.append(
            _(
                "There pip downloads PyTorch with CUDA, which is large. --torch-index names an "
                "index of builds for the CPU; PyTorch's page on installing it gives the address."
            )
        )
    if not known:
        lines.append(
            _(
                "The course has no secret, so inputs are those that students see in “course check”."
                " Put one into .torchgrade/secret and build again."
            )
        )
    print("\n".join(lines))
    return 0


def _derived(secret: bytes) -> bytes:
    """A secret for autograders that tells nothing of ``secret``; none if there is none."""
    if not secret:
        return b""
    key = hashlib.sha256(secret).digest()
    return hmac.digest(key, b"torchgrade autograder", "sha256").hex().encode()
