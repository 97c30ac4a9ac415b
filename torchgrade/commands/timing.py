"""``course timing selftest``: is this machine fit to give timed marks?"""

from __future__ import annotations

import json as json_format
import os
import statistics
import sys
from collections.abc import Sequence

from rich.table import Table

from torchgrade.commands.progress import Progress
from torchgrade.commands.terminal import console
from torchgrade.errors import N_, UserError
from torchgrade.i18n import Catalogue, catalogue, choose_language
from torchgrade.report.fill import fill
from torchgrade.report.speed import duration
from torchgrade.sandbox.client import Sandbox
from torchgrade.sandbox.levels import Level
from torchgrade.sandbox.server import Server
from torchgrade.text import DEFAULT_LANGUAGE
from torchgrade.timing.device import Device, choose
from torchgrade.timing.selftest import SLOWDOWNS, Report, Session, sessions

__all__ = ["run"]

FIT, UNFIT = 0, 1


def run(
    server: Server,
    *,
    count: int,
    slowdowns: bool,
    device: str,
    json: bool,
    language: str | None,
    color: bool | None,
) -> int:
    """Time known answers and report. Returns 0 if the machine is fit, else 1.

    ``server`` was started before this process read anything.
    """
    known = [language] if language is not None else [DEFAULT_LANGUAGE, "zh"]
    _ = catalogue(choose_language(language, os.environ, known))
    try:
        chosen = choose(device)
    except ValueError as error:
        raise UserError(
            N_("Nothing can be timed on a GPU here: {reason}."),
            N_("Use --device cpu, or install a PyTorch with CUDA."),
            {"reason": str(error)},
        ) from None
    level = server.level
    wanted = SLOWDOWNS if slowdowns else ()
    done: list[Session] = []
    with Progress(count + len(wanted)) as progress:
        for session in sessions(
            lambda: Sandbox(server, spin=False), chosen, count, slowdowns=wanted
        ):
            done.append(session)
            progress.step(f"{len(done)}")
    report = Report(chosen.kind, tuple(done))
    if json:
        document = _document(report, chosen, level)
        sys.stdout.write(json_format.dumps(document, indent=2) + "\n")
    else:
        _write(report, chosen, level, _, color)
    return FIT if report.fit else UNFIT


def _document(report: Report, device: Device, level: Level) -> dict[str, object]:
    return {
        "format": 1,
        "fit": report.fit,
        "device": device.kind,
        "device_name": device.name,
        "driver": device.driver,
        "cores": list(device.workers),
        "sandbox": level.value,
        "load": list(os.getloadavg()) if hasattr(os, "getloadavg") else [],
        "median": report.median,
        "spread": report.spread,
        "allowed": report.allowed,
        "sessions": [
            {
                "expected": session.expected,
                "ratio": session.found.interval.value,
                "low": session.found.interval.low,
                "high": session.found.interval.high,
                "blocks": list(session.found.ratios),
                "reference": list(session.found.reference),
                "empty": session.found.empty,
                "inputs": session.found.inputs,
            }
            for session in report.sessions
        ],
    }


def _write(report: Report, device: Device, level: Level, _: Catalogue, color: bool | None) -> None:
    out = console(color)
    name = device.name or device.kind
    out.print(fill(_("Timed on {device}, sandbox {level}."), device=name, level=level.value))
    table = Table(pad_edge=False, show_edge=False, header_style="bold")
    for heading in (_("known"), _("measured"), _("interval"), _("blocks"), _("reference")):
        table.add_column(heading, justify="right", no_wrap=True)
    for session in report.sessions:
        found = session.found
        table.add_row(
            f"{session.expected:g}",
            f"{found.interval.value:.3f}",
            f"{found.interval.low:.3f}-{found.interval.high:.3f}",
            str(len(found.ratios)),
            duration(statistics.median(found.reference)),
        )
    out.print(table)
    for sentence in _verdict(report, _):
        out.print(sentence)


def _verdict(report: Report, _: Catalogue) -> Sequence[str]:
    said = [
        fill(
            _("The reference against itself: {median} in the median, spread {spread}; {allowed}."),
            median=f"{report.median:.3f}",
            spread=f"{report.spread:.1%}",
            allowed=fill(_("1 within {share} is needed"), share=f"{report.allowed:.0%}"),
        )
    ]
    said += [
        fill(
            _("A known slowdown of {known} was measured as {found}."),
            known=f"{session.expected:g}",
            found=f"{session.found.interval.value:.3f}",
        )
        for session in report.faults
    ]
    if report.fit:
        said.append(_("This machine is fit to give timed marks now."))
    else:
        said.append(
            _(
                "This machine is not fit to give timed marks now. Stop what else runs on it, plug"
                " it in, and try again."
            )
        )
    return said
