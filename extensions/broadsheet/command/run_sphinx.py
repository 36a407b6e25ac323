"""Sphinx, as the commands run it: what it says, and why it failed."""

from __future__ import annotations

import argparse
import gc
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

from broadsheet.command import out_folder
from broadsheet.command.source import has_conf

if TYPE_CHECKING:
    from sphinx.application import Sphinx

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
WARNING = re.compile(r"(?:^|: )(?:WARNING|ERROR|CRITICAL): ", re.MULTILINE)


def run_sphinx(
    source: Path,
    out: Path,
    configured: dict[str, Any],
    options: argparse.Namespace,
    warnings: Warnings,
    builder: str = "html",
) -> Sphinx | None:
    """Run Sphinx; None where it failed, with the reason said."""
    gc.disable()  # what is loaded now is needed to the end
    # Sphinx takes half a second to load: a refusal need not wait for it
    from sphinx import locale
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError
    from sphinx.util.console import nocolor
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    from broadsheet.publication import page_store, staging

    stores = (page_store, staging) if builder == "html" else ()
    if any(one.is_lost(out / out_folder.DOCTREES) for one in stores):
        out_folder.empty(out)
    if not sys.stdout.isatty():
        nocolor()
    locale.translators.clear()  # of a former build in this process
    confdir = source if has_conf(source) else None
    try:
        with patch_docutils(confdir), docutils_namespace():
            app = Sphinx(
                srcdir=source,
                confdir=confdir,
                outdir=out,
                doctreedir=out / out_folder.DOCTREES,
                buildername=builder,
                confoverrides=configured,
                status=sys.stdout,  # the default is what that was when Sphinx was loaded
                warning=cast("TextIO", warnings),
                warningiserror=getattr(options, "fail_on_warning", False),
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


class Warnings:
    """Standard error, with paths as the command line has them, and a count."""

    def __init__(self, stream: TextIO, source: Path, written: Path) -> None:
        self.stream = stream
        self.count = 0
        self.said: list[str] = []
        self._prefixes = {f"{source}{os.sep}", f"{source.resolve()}{os.sep}"}
        self._written = f"{written}{os.sep}"

    def write(self, text: str) -> int:
        """Pass *text* on, and keep it."""
        self.count += len(WARNING.findall(text))
        for prefix in self._prefixes:
            text = text.replace(prefix, self._written)
        self.said.append(COLOUR.sub("", text))
        return self.stream.write(text)

    def flush(self) -> None:
        """Pass on what is held back."""
        self.stream.flush()

    def isatty(self) -> bool:
        """Tell whether somebody is looking."""
        return self.stream.isatty()
