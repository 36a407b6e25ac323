"""Faults of sources as warnings of Sphinx."""

from __future__ import annotations

import logging as std_logging
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.util import logging

from broadsheet.model import Problem, Subtype

if TYPE_CHECKING:
    from collections.abc import Iterable

    from docutils import nodes
    from sphinx.application import Sphinx

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


#: What a log record holds that stands for all of its like.
FOR_ALL = "broadsheet_for_all"


def warn_once(app: Sphinx) -> None:
    """Warn of each language of code that is not known once a build, by the first such code.

    Every page keeps its own warnings: of those that are made again and those that are not,
    whichever is printed first stands for none.
    """
    held = _Held()
    for handler in std_logging.getLogger(logging.NAMESPACE).handlers:
        if isinstance(handler, logging.WarningStreamHandler):
            handler.filters.insert(0, held)  # before those that count
    app.connect("build-finished", held.release, priority=900)  # after all have warned


class _Held(std_logging.Filter):
    """Hold warnings of one kind back, and of those with the same message all but the first."""

    def __init__(self) -> None:
        super().__init__()
        self._first: dict[str, tuple[str, int]] = {}

    def filter(self, record: std_logging.LogRecord) -> bool:
        """Pass what is of another kind."""
        is_held = getattr(record, "subtype", "") == Subtype.LANGUAGE
        if not is_held or hasattr(record, FOR_ALL):
            return True
        path, _, line = str(getattr(record, "location", "")).rpartition(":")
        place = path, int(line) if line.isdigit() else 0
        message = record.getMessage()
        self._first[message] = min(place, self._first.get(message, place))
        return False

    def release(self, app: Sphinx, exception: Exception | None) -> None:
        """Give one warning for each message, in the order of their places."""
        for message, (path, line) in sorted(self._first.items(), key=lambda one: (one[1], one[0])):
            logger.warning(
                "%s",
                message,
                location=f"{path}:{line}",
                type="broadsheet",
                subtype=str(Subtype.LANGUAGE),
                extra={FOR_ALL: True},
            )
        self._first = {}
