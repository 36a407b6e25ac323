"""``broadsheet build SOURCE OUT``: any archive, with no configuration written."""

from __future__ import annotations

import argparse
import gc
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

from broadsheet.command import arguments, lock, receipt
from broadsheet.command.jekyll import configuration
from broadsheet.command.refusal import Refusal
from broadsheet.command.source import CONF, kind_of
from broadsheet.sources import jekyll
from broadsheet.sources.file_times import seen

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from broadsheet.publication.builders import PublicationBuilder

#: Stands in every folder that we write to; without it no folder is emptied or overwritten.
MARK = ".broadsheet"
DOCTREES = ".doctrees"
MARK_TEXT = "Written by broadsheet build, which may replace anything in this folder.\n"

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
WARNING = re.compile(r"(?:^|: )(?:WARNING|ERROR|CRITICAL): ", re.MULTILINE)


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
    overrides = configuration_of(source) | overrides_of(options)
    _check_out(source, out)
    _make(out)
    with lock.alone(out), _collecting_seldom():
        done = _build_or_repeat(source, out, overrides, options)
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
    source: Path, out: Path, overrides: dict[str, Any], options: argparse.Namespace
) -> _Done | None:
    """Build, unless everything is as the last build left it: then say again what it said."""
    path = out / DOCTREES / receipt.NAME
    inputs = receipt.inputs_of(source, out, options)
    before = None if options.clean else receipt.load(path)
    if before and before.holds(inputs, out, receipt.moment(options.now)):
        sys.stderr.write(before.said)
        print("nothing has changed")
        return _Done(articles=before.articles, pages=before.pages, warnings=before.warnings)
    path.unlink(missing_ok=True)
    if options.clean:
        _empty(out)
    warnings = _Warnings(sys.stderr, source, options.source)
    with seen(inputs.files):
        app = _build(source, out, overrides, options, warnings)
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
            output=receipt.listed(builder.outputs),
            since=since.isoformat(),
            until=until.isoformat(),
            articles=done.articles,
            pages=done.pages,
            warnings=done.warnings,
            said="".join(warnings.said),
        )
        receipt.save(path, kept)
    return done


def check(source: Path, out: Path) -> None:
    """Refuse a SOURCE that is no publication, and an OUT whose loss somebody might regret."""
    configuration_of(source)
    _check_out(source, out)


def configuration_of(source: Path) -> dict[str, Any]:
    """Return the configuration that *source* does not hold itself."""
    if kind_of(source) == "sphinx":
        conf = source / CONF
        if "broadsheet" in conf.read_text(encoding="utf-8", errors="replace"):
            return {}
        message = f"{conf} does not use broadsheet (expected it among its extensions)"
        raise Refusal(message)
    site, _ = jekyll.read_site(source)
    return configuration(site, source.resolve().name)


def has_conf(source: Path) -> bool:
    """Tell whether *source* has a configuration of Sphinx."""
    return (source / CONF).is_file()


def overrides_of(options: argparse.Namespace) -> dict[str, Any]:
    """Return what the command line says; what it does not say is left to the source."""
    given = {
        "broadsheet_drafts": options.drafts,
        "broadsheet_future": options.future,
        "broadsheet_unlisted": options.unlisted,
        "broadsheet_series_from_names": options.series_from_names,
        "broadsheet_wiki_links": options.wiki_links,
        "broadsheet_now": options.now,
    }
    return {name: value for name, value in given.items() if value}


def _check_out(source: Path, out: Path) -> None:
    """Refuse an OUT whose loss somebody might regret."""
    real_source, real_out = source.resolve(), out.resolve()
    if real_out == real_source or real_out in real_source.parents:
        message = f"{out} holds SOURCE (expected a folder of its own)"
        raise Refusal(message)
    if real_source in real_out.parents:
        inside = real_out.relative_to(real_source)
        if _holds_articles(source, inside):
            message = f"{out} lies among the articles of SOURCE (expected a folder of its own)"
            raise Refusal(message)
    if out.exists() and not out.is_dir():
        message = f"{out} is a file (expected a folder, or nothing)"
        raise Refusal(message)
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file():
        message = f"{out} is not empty, nor the output of an earlier build; left as it is"
        raise Refusal(message)


def _holds_articles(source: Path, inside: Path) -> bool:
    """Tell whether a folder of *source* on the way to *inside* holds Markdown files."""
    folders = [source / parent for parent in (inside, *inside.parents) if parent != Path()]
    names = {part.lower() for part in inside.parts}
    if names & {"_posts", "_drafts"}:
        return True
    return any(
        path.suffix.lower() in {".md", ".markdown"}
        for folder in folders
        if folder.is_dir() and not (folder / MARK).is_file()
        for path in folder.iterdir()
    )


def _make(out: Path) -> None:
    """Make OUT ours."""
    with _writing(out):
        out.mkdir(parents=True, exist_ok=True)
        mark = out / MARK
        if not mark.is_file():
            mark.write_text(MARK_TEXT, encoding="utf-8")


def _empty(out: Path) -> None:
    with _writing(out):
        for path in out.iterdir():
            if path.name in {MARK, lock.NAME}:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


@contextmanager
def _writing(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"{out} cannot be written: {error.strerror}"
        raise Refusal(message) from error


def _build(
    source: Path,
    out: Path,
    overrides: dict[str, Any],
    options: argparse.Namespace,
    warnings: _Warnings,
) -> Sphinx | None:
    """Run Sphinx; None where it failed, with the reason said."""
    # Sphinx takes half a second to load: a refusal need not wait for it
    from sphinx import locale
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError
    from sphinx.util.console import nocolor
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    from broadsheet.publication import page_store, staging

    if any(one.is_lost(out / DOCTREES) for one in (page_store, staging)):
        _empty(out)
    if not sys.stdout.isatty():
        nocolor()
    locale.translators.clear()  # of a former build in this process
    confdir = source if has_conf(source) else None
    try:
        with patch_docutils(confdir), docutils_namespace():
            gc.disable()  # what is loaded now is needed to the end
            app = Sphinx(
                srcdir=source,
                confdir=confdir,
                outdir=out,
                doctreedir=out / DOCTREES,
                buildername="html",
                confoverrides=overrides,
                status=sys.stdout,  # the default is what that was when Sphinx was loaded
                warning=cast("TextIO", warnings),
                warningiserror=options.fail_on_warning,
                parallel=options.jobs,
            )
            gc.freeze()
            gc.enable()
            app.build()
    except SphinxError as error:
        print(f"broadsheet: {error.category}: {reason_of(error)}", file=sys.stderr)
        return None
    except OSError as error:
        print(f"broadsheet: {reason_of(error)}", file=sys.stderr)
        return None
    return app


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Have the garbage collector walk seldom over what a build needs to its end."""
    threshold, enabled = gc.get_threshold(), gc.isenabled()
    gc.set_threshold(50_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*threshold)
        gc.unfreeze()
        (gc.enable if enabled else gc.disable)()


def reason_of(error: BaseException) -> str:
    """Return in one line why a build failed: what the system says, where it said anything."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            return (
                f"{cause.filename or 'a file'}: {cause.strerror}; the next build goes on from here"
            )
        cause = cause.__cause__ or cause.__context__
    return " ".join(str(error).split())


def _summary(done: _Done, seconds: float) -> str:
    return (
        f"{number_of(done.articles, 'article')}, {number_of(done.pages, 'other page')}, "
        f"{number_of(done.warnings, 'warning')}, {seconds:.1f} s"
    )


def number_of(count: int, noun: str) -> str:
    """Return a number with what it counts."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


class _Warnings:
    """Standard error, with paths as the command line has them, and a count."""

    def __init__(self, stream: TextIO, source: Path, written: Path) -> None:
        self.stream = stream
        self.count = 0
        self.said: list[str] = []
        self._prefixes = {f"{source}{os.sep}", f"{source.resolve()}{os.sep}"}
        self._written = f"{written}{os.sep}"

    def write(self, text: str) -> int:
        self.count += len(WARNING.findall(text))
        for prefix in self._prefixes:
            text = text.replace(prefix, self._written)
        self.said.append(COLOUR.sub("", text))
        return self.stream.write(text)

    def flush(self) -> None:
        self.stream.flush()

    def isatty(self) -> bool:
        return self.stream.isatty()
