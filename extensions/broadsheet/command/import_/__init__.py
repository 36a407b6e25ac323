"""``broadsheet import SOURCE DEST``: a project of its own made of a Jekyll repository."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from broadsheet.command import arguments
from broadsheet.command.refusal import Refusal
from broadsheet.sources import jekyll
from broadsheet.sources.dates import parse_date


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = arguments.command(
        commands,
        "import",
        run,
        help="make a project of a Jekyll repository, and leave Jekyll for good",
        description="Make a Broadsheet project of SOURCE, a Jekyll repository, in the new folder"
        " DEST. SOURCE is never written to.",
    )
    parser.add_argument("dest", metavar="DEST", type=Path)
    arguments.switch(parser, "--dry-run", help="say what would be written, and write nothing")
    hidden = "have what Jekyll hides (folders with _) published, at its address and in no listing"
    arguments.switch(parser, "--unlisted", help=hidden)
    arguments.add_jobs(parser)
    arguments.add_now(parser)


def run(options: argparse.Namespace) -> int:
    """Import; return the exit status."""
    source, dest = options.source.absolute(), options.dest.absolute()
    _check(source, options.source)
    try:
        # mdformat is not needed to build, and not installed unless asked for
        from broadsheet.command.import_ import steps, writing
    except ModuleNotFoundError as error:
        message = f"{error.name} is not installed (expected: pip install 'broadsheet[import]')"
        raise Refusal(message) from error
    writing.check(source, dest)
    now = parse_date(options.now, UTC) if options.now else datetime.now(UTC)
    try:
        outcome = steps.imported(
            source,
            None if options.dry_run else dest,
            now=now or datetime.now(UTC),
            unlisted=options.unlisted,
            jobs=options.jobs,
        )
    except KeyboardInterrupt:
        print("broadsheet: interrupted; nothing has been written", file=sys.stderr)
        return 1
    for line in outcome.lines(options.source, options.dest, dry_run=options.dry_run):
        print(line)
    return 0


def _check(source: Path, written: Path) -> None:
    """Refuse what is no Jekyll repository."""
    expected = "expected a Jekyll repository"
    if not source.is_dir():
        found = "is a file" if source.exists() else "does not exist"
        message = f"{written} {found} ({expected})"
        raise Refusal(message)
    if not jekyll.is_jekyll(source):
        message = f"{written} holds no Jekyll repository (expected _config.yml or _posts)"
        raise Refusal(message)
