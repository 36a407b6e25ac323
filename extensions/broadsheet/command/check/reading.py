"""Have the sources read as a build reads them, and hear what is said of references."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO, cast

from sphinx import locale
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import docutils_namespace, patch_docutils

from broadsheet.command.run_sphinx import COLOUR, reason_of
from broadsheet.command.source import has_conf
from broadsheet.publication.checking import Checker
from broadsheet.publication.loading import NAME as SCAN
from broadsheet.rules.digest import digest

if TYPE_CHECKING:
    from broadsheet.publication.builders import PublicationBuilder

#: Archives whose scan is kept.
MOST = 20

_WARNING = re.compile(
    r"(?s)(?:(?P<path>[^\n]*?)(?::(?P<line>\d+))?: )?(?:WARNING|ERROR|CRITICAL): (?P<message>.*)"
    r" \[(?P<type>[\w.-]+)\]\s*\Z"
)
#: Of what a text refers to; Sphinx's own and MyST's besides ours.
_TYPES = re.compile(
    r"broadsheet\.(?:ref|image)|myst\.(?:xref_\w+|iref_\w+|header)|ref\.\w+|ref|toc\.not_\w+|toc\.excluded"
    r"|(?:image|download)\.not_readable"
)
#: Of the faults of Liquid, those of ``post_url``, ``link`` and the includes.
_OF_LIQUID = re.compile(
    r".*\b(?:post_url|link|include|include_relative)\b|there is no (?:post|article)"
)


class Fault(NamedTuple):
    """Something that leads nowhere."""

    path: str  #: relative to the source folder, with ``/``
    line: int
    message: str
    type: str  #: as it is suppressed: ``broadsheet.ref``


class Checked(NamedTuple):
    """A source folder that has been checked."""

    faults: tuple[Fault, ...]
    articles: int


def check(source: Path, overrides: Mapping[str, Any], jobs: int) -> Checked | None:
    """Check a source folder; None where its configuration fails, with the reason said."""
    heard = _Heard(source)
    locale.translators.clear()  # of a former build in this process
    confdir = source if has_conf(source) else None
    try:
        with (
            _folders(source) as (out, doctrees),
            patch_docutils(confdir),
            docutils_namespace(),
        ):
            app = Sphinx(
                srcdir=source,
                confdir=confdir,
                outdir=out,
                doctreedir=doctrees,
                buildername="html",
                confoverrides={**overrides, "show_warning_types": True},
                status=None,
                warning=cast("TextIO", heard),
                freshenv=True,
                parallel=jobs,
            )
            builder = cast("PublicationBuilder", app.builder)
            Checker(builder=builder, processes=jobs).run()
            return Checked(tuple(sorted(heard.faults)), len(builder.domain.catalogue.articles))
    except SphinxError as error:
        print(f"broadsheet: {error.category}: {reason_of(error)}", file=sys.stderr)
    except OSError as error:
        print(f"broadsheet: {reason_of(error)}", file=sys.stderr)
    return None


@contextmanager
def _folders(source: Path) -> Iterator[tuple[Path, Path]]:
    """Give two folders for the time of a check; of what lies there the scan alone is kept."""
    kept = _kept(source)
    with TemporaryDirectory(prefix="broadsheet-") as folder:
        doctrees = Path(folder, "doctrees")
        doctrees.mkdir()
        if kept is not None:
            _recall(kept, doctrees / SCAN)
        yield Path(folder, "out"), doctrees
        if kept is not None:
            _keep(doctrees / SCAN, kept)


def _kept(source: Path) -> Path | None:
    try:
        from platformdirs import user_cache_path
    except ModuleNotFoundError:  # it comes with `broadsheet[live]`
        return None
    return user_cache_path("broadsheet") / "check" / f"{digest(str(source.resolve()))}.scan"


def _recall(kept: Path, scan: Path) -> None:
    """Take what was kept; what is damaged or of another version, the scan itself leaves aside."""
    with suppress(OSError, shutil.Error):
        shutil.copytree(kept, scan, dirs_exist_ok=True)


def _keep(scan: Path, kept: Path) -> None:
    """Keep a scan, and forget that of the archive that was checked longest ago."""
    part = kept.with_suffix(f".{os.getpid()}.part")
    with suppress(OSError, shutil.Error):  # a full disk is no reason to fail
        try:
            kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copytree(scan, part)
            os.utime(part)  # it is of now, whenever its files were written
            shutil.rmtree(kept, ignore_errors=True)
            part.replace(kept)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        folders = sorted(kept.parent.glob("*.scan"), key=lambda one: one.stat().st_mtime_ns)
        for former in folders[:-MOST]:
            shutil.rmtree(former, ignore_errors=True)


class _Heard:
    """What Sphinx takes for standard error: it writes each warning at once."""

    def __init__(self, source: Path) -> None:
        self.faults: set[Fault] = set()
        self._roots = (source, source.resolve())

    def write(self, text: str) -> int:
        """Take down what is said of references."""
        found = _WARNING.match(COLOUR.sub("", text))
        if found and _is_of_references(found["type"], found["message"]):
            message = " ".join(found["message"].split())
            path = self._relative(found["path"] or "")
            self.faults.add(Fault(path, int(found["line"] or 1), message, found["type"]))
        return len(text)

    def _relative(self, path: str) -> str:
        for root in self._roots:
            if path and Path(path).is_relative_to(root):
                return Path(path).relative_to(root).as_posix()
        return path

    def flush(self) -> None:
        """Do nothing: nothing is held back."""

    def isatty(self) -> bool:
        """Ask for no colours."""
        return False


def _is_of_references(kind: str, message: str) -> bool:
    if kind == "broadsheet.liquid":
        return _OF_LIQUID.match(message) is not None
    return _TYPES.fullmatch(kind) is not None
