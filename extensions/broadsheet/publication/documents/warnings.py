"""What was warned of, document by document, so that it can be said again."""

from __future__ import annotations

import logging as std_logging
import os
from collections import defaultdict
from copy import copy
from typing import TYPE_CHECKING, Any

from sphinx.transforms.post_transforms import SphinxPostTransform

from broadsheet.publication.one_pass import Notice, notices_of
from broadsheet.publication.problems import AT_WORK, announce

if TYPE_CHECKING:
    from sphinx.application import Sphinx

#: What a log record is marked with when it has been heard: Sphinx logs it twice.
HEARD = "broadsheet_heard"


class Warnings(std_logging.Handler):
    """Hear the warnings of a build, each with the document at work in the same process.

    What other processes log is handed on as a whole and in its order, so that the record
    which names the document stands before those of what is wrong with it.
    """

    def __init__(self) -> None:
        super().__init__()
        #: By part of the build, each document that was at work, with its warnings.
        self.heard: defaultdict[str, dict[str, list[Notice]]] = defaultdict(dict)
        #: The same, of former builds.
        self.former: defaultdict[str, dict[str, list[Notice]]] = defaultdict(dict)
        self._part = ""
        self._at_work: dict[int | None, str] = {}

    def begin(self, part: str, docname: str | None = None) -> None:
        """Begin a part of the build, "" for one that warns of no document."""
        self._part = part
        self._at_work = {} if docname is None else {os.getpid(): docname}

    def emit(self, record: std_logging.LogRecord) -> None:
        """Take a warning down when it is given; Sphinx may print it only later."""
        if begun := getattr(record, AT_WORK, ""):
            self._at_work[record.process] = begun
        elif record.levelno < std_logging.WARNING or hasattr(record, HEARD):
            return
        setattr(record, HEARD, True)
        docname = self._at_work.get(record.process)
        if self._part and docname is not None:
            notices = self.heard[self._part].setdefault(docname, [])
            notices += notices_of([copy(record)])  # which change what they are given

    def all(self, docnames: set[str]) -> dict[str, dict[str, list[Notice]]]:
        """Return the last warnings of *docnames*, of each part."""
        return {
            part: {
                name: one
                for name, one in (self.former[part] | self.heard[part]).items()
                if name in docnames
            }
            for part in {*self.former, *self.heard}
        }

    def repeat(self, part: str, docnames: set[str]) -> None:
        """Give those warnings again that the part gave of *docnames* in a former build."""
        for docname in sorted((self.former[part].keys() & docnames) - self.heard[part].keys()):
            for notice in self.former[part][docname]:
                notice.repeat()


def announce_source(app: Sphinx, docname: str, source: list[str]) -> None:
    """Say which document is about to be read."""
    announce(docname)


class AnnounceDocument(SphinxPostTransform):
    """Say which document is about to be resolved."""

    default_priority = 0  # before any other

    def run(self, **kwargs: Any) -> None:
        """Say it."""
        announce(self.env.docname)


def stored_warnings(stored: Any) -> defaultdict[str, dict[str, list[Notice]]]:
    """Return the warnings of former builds, by part and document."""
    parts: defaultdict[str, dict[str, list[Notice]]] = defaultdict(dict)
    for part, by_name in stored.items():
        parts[part] = {
            name: [Notice.of_values(*one) for one in found] for name, found in by_name.items()
        }
    return parts
