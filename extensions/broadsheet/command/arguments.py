"""The arguments that several commands have."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC
from pathlib import Path
from typing import Any

from broadsheet.sources.dates import parse_date


def command(
    commands: Any,
    name: str,
    run: Callable[[argparse.Namespace], int],
    *,
    help: str,
    description: str,
) -> argparse.ArgumentParser:
    """Add a command, with SOURCE for its first argument, to the parser; return its own."""
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help, description=description)
    parser.set_defaults(run=run)
    parser.add_argument("source", metavar="SOURCE", type=Path)
    return parser


def switch(parser: argparse.ArgumentParser, *names: str, help: str) -> None:
    """Add a switch, which is off unless it is named."""
    parser.add_argument(*names, action="store_true", help=help)


def add_build_options(parser: argparse.ArgumentParser) -> None:
    """Add what says how to build and what to publish."""
    add_jobs(parser)
    switch(parser, "--drafts", help="publish drafts")
    switch(parser, "--future", help="publish articles of the future")
    hidden = "build what Jekyll hides (folders with _), at its address and in no listing"
    switch(parser, "--unlisted", help=hidden)
    numbered = "make series of articles whose names differ in a number at the end"
    switch(parser, "--series-from-names", help=numbered)
    switch(parser, "--wiki-links", help="read [[slug]] as a reference to an article")
    shown = "how many related articles an article shows; 0: only those that it names"
    parser.add_argument("--related", metavar="N", type=count, help=shown)
    switch(parser, "--no-previews", help="make no previews of what links to articles lead to")
    add_now(parser)


def add_jobs(parser: argparse.ArgumentParser) -> None:
    """Add how many processes work."""
    about = "how many processes work at once: a number, or auto (default): one a processor"
    parser.add_argument("-j", "--jobs", metavar="N", type=_jobs, default=_jobs("auto"), help=about)


def add_now(parser: argparse.ArgumentParser) -> None:
    """Add the moment that decides what is published."""
    about = "the moment of the build, e.g. '2025-11-05 12:00 +0800', instead of the clock's"
    parser.add_argument("--now", metavar="TIME", type=_moment, help=about)


def _jobs(text: str) -> int:
    if text == "auto":
        with suppress(AttributeError):  # macOS and Windows do not know it
            return len(os.sched_getaffinity(0))
        return os.cpu_count() or 1
    if not text.isdigit() or not int(text):
        message = f"{text!r} (expected a number from 1, or auto)"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def count(text: str) -> int:
    """Return a number from 0 on."""
    if not text.isdecimal():
        message = f"{text!r} (expected a number from 0)"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def positive(text: str) -> int:
    """Return a number from 1 on."""
    if not count(text):
        message = f"{text!r} (expected a number from 1)"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _moment(text: str) -> str:
    """Return a moment as it is written; it can be read."""
    if parse_date(text, UTC) is None:
        message = f"{text!r} is not a time (expected e.g. '2025-11-05 12:00 +0800')"
        raise argparse.ArgumentTypeError(message)
    return text
