"""``broadsheet check SOURCE``: what leads nowhere, without a build."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from broadsheet.command import arguments
from broadsheet.command.build import number_of
from broadsheet.command.configured import configuration_of, overrides

if TYPE_CHECKING:
    from broadsheet.command.check.reading import Checked


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = arguments.command(
        commands,
        "check",
        run,
        help="list references, links and anchors that lead nowhere",
        description="List what in SOURCE, a Jekyll repository or a Sphinx project that uses"
        " broadsheet, leads nowhere: links, anchors, references, images, redirects. No page is"
        " made, and nothing is written to SOURCE.",
    )
    arguments.switch(parser, "--json", help="print the faults as JSON")
    arguments.add_build_options(parser)


def run(options: argparse.Namespace) -> int:
    """Check, and print what was found; return the exit status."""
    started = time.monotonic()
    source = options.source.absolute()
    configured = configuration_of(source) | overrides(options)
    configured["broadsheet_related"] = 0  # what is like another needs no check
    # Sphinx takes half a second to load: a refusal need not wait for it
    from broadsheet.command.check.reading import check

    checked = check(source, configured, options.jobs)
    if checked is None:
        return 1
    seconds = time.monotonic() - started
    print(_as_json(checked) if options.json else _as_text(checked, options.source, seconds))
    return 1 if checked.faults else 0


def _as_text(checked: Checked, written: Path, seconds: float) -> str:
    is_plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    bold, end = ("\x1b[1m", "\x1b[0m") if sys.stdout.isatty() and not is_plain else ("", "")
    lines = [
        f"{bold}{written / one.path}:{one.line}:{end} {one.message} [{one.type}]"
        for one in checked.faults
    ]
    faults = number_of(len(checked.faults), "fault")
    if checked.faults:
        faults += f" in {number_of(len({one.path for one in checked.faults}), 'file')}"
    articles = f"{checked.articles:,} article{'' if checked.articles == 1 else 's'}"
    return "\n".join([*lines, f"{faults}; {articles}, {seconds:.1f} s"])


def _as_json(checked: Checked) -> str:
    faults = [one._asdict() for one in checked.faults]
    return json.dumps(
        {"articles": checked.articles, "faults": faults}, indent=2, ensure_ascii=False
    )
