"""Faults of sources as warnings of Sphinx."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.util import logging

from broadsheet.model import Problem, Subtype

if TYPE_CHECKING:
    from collections.abc import Iterable

    from docutils import nodes

logger = logging.getLogger(__name__)

#: What rules of markdown-it are told of the text, in its environment: the file in which it
#: stands, and the number of lines above it.
PATH, LINES_ABOVE = "broadsheet_path", "broadsheet_lines_above"

#: What a log record holds that says which document is at work in its process.
AT_WORK = "broadsheet_at_work"


def announce(docname: str) -> None:
    """Say in the log that *docname* is about to be read, resolved or written in this process."""
    logger.debug("at work on %s", docname, extra={AT_WORK: docname})


def warn(subtype: Subtype, message: str, *, location: str | nodes.Node) -> None:
    """Give one warning, as ``broadsheet.<subtype>``."""
    logger.warning("%s", message, location=location, type="broadsheet", subtype=str(subtype))


def report(problems: Iterable[Problem], root: Path) -> None:
    """Give a warning for each problem, with its file and line."""
    for problem in problems:
        location = f"{root / problem.path}:{problem.line or 1}"
        warn(problem.subtype, problem.message, location=location)


def doubled(path: str, page: Path) -> Problem:
    """Say that the file of another *page* makes the page that *path* would."""
    message = f"{page.as_posix()} makes the page of that name; this file is left out"
    return Problem(path=path, subtype=Subtype.ADDRESS, message=message)
