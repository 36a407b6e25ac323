"""``broadsheet audit SOURCE``: what an archive holds, and what will be different, unbuilt."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from broadsheet.command import arguments
from broadsheet.command.refusal import Refusal
from broadsheet.command.source import kind_of

if TYPE_CHECKING:
    from broadsheet.command.audit.report import Report


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = arguments.command(
        commands,
        "audit",
        run,
        help="say what an archive holds, and what will be different",
        description="Say what SOURCE holds, a Jekyll repository or a Sphinx project with articles,"
        " and what will be different from Jekyll. Nothing is built, run or written to SOURCE.",
    )
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="print the report as JSON")
    forms.add_argument(
        "--html", metavar="FILE", nargs="?", const="-",
        help="make the report one web page, in FILE or on standard output",
    )  # fmt: skip
    parser.add_argument(
        "--output", "-o", metavar="FILE", help="write the report to FILE, whatever its form"
    )
    failing = "exit with 1 where something is broken or not supported"
    arguments.switch(parser, "--strict", help=failing)
    arguments.add_now(parser)


def run(options: argparse.Namespace) -> int:
    """Look, and print the report; return the exit status."""
    source = options.source.absolute()
    kind_of(source)
    out = _out(options, source)
    try:
        report = _report(source, options.now)
        _print(_rendered(report, options, out), out)
    except KeyboardInterrupt:
        print("broadsheet: interrupted; nothing was written", file=sys.stderr)
        return 1
    return 1 if options.strict and report.faults else 0


def _out(options: argparse.Namespace, source: Path) -> Path | None:
    """Return the file to write, None for standard output; refuse one in SOURCE."""
    name = options.output or (options.html if options.html != "-" else None)
    if name is None or name == "-":
        return None
    if options.output and options.html not in {None, "-", options.output}:
        message = f"--html {options.html} and --output {options.output} (expected one file)"
        raise Refusal(message)
    out = Path(name).absolute()
    if out.resolve().is_relative_to(source.resolve()):
        message = f"{name} lies in SOURCE, which is never written to (expected another place)"
        raise Refusal(message)
    if out.is_dir() or not out.parent.is_dir():
        found = "is a folder" if out.is_dir() else "has no folder to lie in"
        message = f"{name} {found} (expected a file)"
        raise Refusal(message)
    return out


def _report(source: Path, now: str | None) -> Report:
    # what reads articles takes a moment to load: a refusal need not wait for it
    from broadsheet.command.audit.archive import open_archive
    from broadsheet.command.audit.gather import gather
    from broadsheet.command.audit.kept import kept_of
    from broadsheet.command.audit.summary import summarise
    from broadsheet.command.receipt import moment

    archive = open_archive(source)
    return summarise(archive, gather(archive, kept_of(archive)), moment(now))


def _rendered(report: Report, options: argparse.Namespace, out: Path | None) -> str:
    if options.json:
        from broadsheet.command.audit.as_json import as_json

        return as_json(report)
    if options.html:
        from broadsheet.command.audit.page import as_page

        return as_page(report)
    from broadsheet.command.audit.terminal import Style, as_text

    shown = out is None and sys.stdout.isatty()
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    encoding = "utf-8" if out else (sys.stdout.encoding or "ascii")
    style = Style(colour=shown and not plain, blocks="utf" in encoding.lower())
    return as_text(report, style)


def _print(text: str, out: Path | None) -> None:
    if out is not None:
        try:
            out.write_text(text, encoding="utf-8", errors="replace")
        except OSError as error:
            message = f"{out} cannot be written: {error.strerror}"
            raise Refusal(message) from error
        return
    try:
        encoding = sys.stdout.encoding or "ascii"
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
