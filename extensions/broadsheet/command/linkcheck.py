"""``broadsheet linkcheck SOURCE OUT``: whether other sites have what is linked to."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Any

from broadsheet.command import arguments, lock, out_folder
from broadsheet.command.configured import configuration_of, overrides
from broadsheet.command.run_sphinx import Warnings, run_sphinx
from broadsheet.publication.collector import collecting_seldom

#: Where Sphinx says what is wrong, a line each, with file and line.
REPORT = "output.txt"


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = arguments.command(
        commands,
        "linkcheck",
        run,
        help="ask other sites whether they have what is linked to",
        description="Check the links of SOURCE to other sites. What is wrong is written to"
        f" {REPORT} in OUT, where it is also kept which links work: they are not asked for again"
        " for some days.",
    )
    parser.add_argument("out", metavar="OUT", type=Path)
    days = "for how many days a link that works is not asked for again (default 7)"
    parser.add_argument("--days", metavar="N", type=arguments.count, help=days)
    tries = "how often a link is tried before it is broken (default 2)"
    parser.add_argument("--tries", metavar="N", type=arguments.positive, default=2, help=tries)
    timeout = "seconds to wait for an answer (default 30)"
    parser.add_argument("--timeout", metavar="N", type=arguments.positive, help=timeout)
    workers = "how many links are asked for at once (default 5)"
    parser.add_argument("--workers", metavar="N", type=arguments.positive, help=workers)
    ignore = "a regular expression for links that are not asked for; may be said several times"
    parser.add_argument("--ignore", metavar="PATTERN", type=_pattern, action="append", help=ignore)
    arguments.add_build_options(parser)


def run(options: argparse.Namespace) -> int:
    """Check; return 1 where a link is broken."""
    source, out = options.source.absolute(), options.out.absolute()
    configured = configuration_of(source) | overrides(options) | _overrides(options)
    out_folder.check(source, out)
    out_folder.make(out)
    warnings = Warnings(sys.stderr, source, options.source)
    with lock.alone(out), collecting_seldom():
        app = run_sphinx(source, out, configured, options, warnings, builder="linkcheck")
    if app is None:
        return 1
    lines = (out / REPORT).read_text(encoding="utf-8").splitlines()
    broken = [line for line in lines if "[broken]" in line or "[timeout]" in line]
    print("\n".join(broken) if broken else "every link works")
    return 1 if broken else 0


def _overrides(options: argparse.Namespace) -> dict[str, Any]:
    given = {
        "broadsheet_linkcheck_days": options.days,
        "linkcheck_retries": options.tries,
        "linkcheck_timeout": options.timeout,
        "linkcheck_workers": options.workers,
        "linkcheck_ignore": options.ignore,
    }
    return {name: value for name, value in given.items() if value is not None}


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        message = f"{text!r} is no regular expression: {error}"
        raise argparse.ArgumentTypeError(message) from error
    return text
