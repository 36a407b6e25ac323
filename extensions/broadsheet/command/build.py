"""``broadsheet build SOURCE OUT``: any archive, with no configuration written."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from broadsheet.command import arguments, lock, out_folder, receipt
from broadsheet.command.configured import configuration_of, overrides
from broadsheet.command.run_sphinx import Warnings, run_sphinx
from broadsheet.command.source import has_conf
from broadsheet.publication.collector import collecting_seldom
from broadsheet.sources.file_times import seen

if TYPE_CHECKING:
    from broadsheet.publication.builders import PublicationBuilder


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = arguments.command(
        commands,
        "build",
        run,
        help="build a Jekyll repository or a Sphinx project",
        description="Build SOURCE, a Jekyll repository or a Sphinx project that uses broadsheet,"
        " into OUT. SOURCE is never written to.",
    )
    parser.add_argument("out", metavar="OUT", type=Path)
    failing = "exit with 1 where there are warnings"
    arguments.switch(parser, "-W", "--fail-on-warning", help=failing)
    arguments.switch(parser, "--clean", help="forget the last build")
    arguments.add_build_options(parser)


def run(options: argparse.Namespace) -> int:
    """Build; return the exit status."""
    started = time.monotonic()
    source, out = options.source.absolute(), options.out.absolute()
    configured = configuration_of(source) | overrides(options)
    out_folder.check(source, out)
    out_folder.make(out)
    with lock.alone(out), collecting_seldom():
        done = _build_or_repeat(source, out, configured, options)
    if done is None:
        return 1
    print(_summary(done, time.monotonic() - started))
    return 1 if done.failed or (options.fail_on_warning and done.warnings) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """A build that came to its end."""

    articles: int
    pages: int
    warnings: int
    failed: bool = False


def _build_or_repeat(
    source: Path, out: Path, configured: dict[str, Any], options: argparse.Namespace
) -> _Done | None:
    """Build, unless everything is as the last build left it: then say again what it said."""
    path = out / out_folder.DOCTREES / receipt.NAME
    inputs = receipt.inputs_of(source, out, options)
    before = None if options.clean else receipt.load(path)
    if before and before.holds(inputs, out, receipt.moment(options.now)):
        sys.stderr.write(before.said)
        print("nothing has changed")
        return _Done(articles=before.articles, pages=before.pages, warnings=before.warnings)
    path.unlink(missing_ok=True)
    if options.clean:
        out_folder.empty(out)
    warnings = Warnings(sys.stderr, source, options.source)
    with seen(inputs.files):
        app = run_sphinx(source, out, configured, options, warnings)
    if app is None:
        return None
    builder = cast("PublicationBuilder", app.builder)
    done = _Done(
        articles=len(builder.domain.catalogue.articles),
        pages=len(builder.store.records) - len(builder.domain.catalogue.articles),
        warnings=warnings.count,
        failed=bool(app.statuscode),
    )
    since, until = builder.domain.period
    # what a conf.py reads, nobody knows; and a file may change again without a new time
    if not done.failed and not has_conf(source) and inputs.settled:
        kept = receipt.Receipt(
            inputs=inputs.digest,
            others=builder.other_files,
            since=since,
            until=until,
            articles=done.articles,
            pages=done.pages,
            warnings=done.warnings,
            said="".join(warnings.said),
        )
        receipt.save(path, kept, out)
    return done


def check(source: Path, out: Path) -> None:
    """Refuse a SOURCE that is no publication, and an OUT whose loss somebody might regret."""
    configuration_of(source)
    out_folder.check(source, out)


def _summary(done: _Done, seconds: float) -> str:
    return (
        f"{number_of(done.articles, 'article')}, {number_of(done.pages, 'other page')}, "
        f"{number_of(done.warnings, 'warning')}, {seconds:.1f} s"
    )


def number_of(count: int, noun: str) -> str:
    """Return a number with what it counts."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
