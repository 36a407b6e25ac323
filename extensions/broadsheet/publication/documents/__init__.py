"""The documents that Sphinx reads itself: which of them again, and what is wrong with them.

Sphinx reads a document again whose file is newer than the last reading.  But a file may be
another and old, and a link may mean something else where no file has changed.  And Sphinx
warns of a document when it reads it and when it writes it, and is silent in the next build.
"""

from __future__ import annotations

import json
import logging as std_logging
from contextlib import suppress
from dataclasses import asdict, astuple
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.util import logging

from broadsheet.publication.builders import PublicationBuilder
from broadsheet.publication.documents.links import GATHERS, meanings, note_links
from broadsheet.publication.documents.sources import Document, Source, path_of, stored_document
from broadsheet.publication.documents.warnings import (
    AnnounceDocument,
    Warnings,
    announce_source,
    stored_warnings,
)
from broadsheet.publication.domain import domain_of
from broadsheet.publication.output_files import read_json, replace_text

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment

#: Raised whenever the meaning of what is stored changes; another version is as good as none.
VERSION = 2

NAME = "broadsheet-documents.json"

#: Parts of a build that warn of documents; writing goes by the name of the builder.
READ, CHECK = "read", "check"


def register(app: Sphinx) -> None:
    """Connect everything, in the order of a build."""
    documents = Documents(Path(app.doctreedir, NAME))
    app.connect("builder-inited", documents.load)
    app.connect("env-get-outdated", documents.outdated)
    app.connect("env-before-read-docs", documents.reading, priority=999)  # when all have chosen
    app.connect("source-read", announce_source, priority=0)  # before others can warn
    app.connect("doctree-read", note_links)
    app.connect("env-updated", documents.read, priority=0)  # before others warn of all documents
    app.connect("env-updated", documents.to_rewrite)
    app.connect("env-get-updated", documents.checking, priority=999)  # the last before the check
    app.connect("env-check-consistency", documents.checked, priority=999)
    app.connect("write-started", documents.writing)
    app.add_post_transform(AnnounceDocument)
    app.connect("broadsheet-collect-pages", documents.written, priority=0)  # documents are done
    app.connect("build-finished", documents.close)


class Documents:
    """What is known of the documents, on disk between builds.

    Of a reading that is not the environment's last, nothing is known: so a build that was
    killed, or another builder's, leads to a reading too many and never to one too few.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: dict[str, Document] = {}
        self._warnings = Warnings()
        self._own: dict[str, Source] = {}
        self._programs = ""
        self._is_gathered_anew = False

    def load(self, app: Sphinx) -> None:
        """Take over what is stored, nothing of a missing or damaged file; begin to listen."""
        self._programs = domain_of(app.env).programs
        stored = read_json(self.path, VERSION) or {}
        if stored.get("programs") != self._programs:
            stored = {}  # another program would read something else
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            known = {name: stored_document(**one) for name, one in stored["documents"].items()}
            self._warnings.former = stored_warnings(stored["notices"])
            self._known = known
        # before those handlers that change what they print
        std_logging.getLogger(logging.NAMESPACE).handlers.insert(0, self._warnings)

    def outdated(
        self, app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: Any
    ) -> list[str]:
        """Name the documents that are to be read again, besides those that Sphinx names."""
        self._is_gathered_anew = bool(removed)
        names = (env.found_docs & self._known.keys()) - added
        now = {name: self._known[name].now(env, name) for name in names}
        self._known = {name: one for name, one in now.items() if one is not None}
        return sorted(env.found_docs - added - changed - self._known.keys())

    def reading(self, app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
        """Look at the files before they are read: meanwhile they may change."""
        self._is_gathered_anew |= bool(docnames)
        self._own = {name: Source.of(env.srcdir, path_of(env, name)) for name in docnames}
        self._warnings.begin(READ)

    def read(self, app: Sphinx, env: BuildEnvironment) -> None:
        """Note what has been read."""
        self._warnings.begin("")
        for docname in self._own.keys() & env.all_docs.keys():
            others = sorted(map(str, env.dependencies.get(docname, ())))
            others.append(str(env.doctreedir / f"{docname}.doctree"))  # which Sphinx trusts
            self._known[docname] = Document(
                moment=env.all_docs[docname],
                files=(self._own[docname], *(Source.of(env.srcdir, path) for path in others)),
                links=meanings(env, docname, domain_of(env).told(docname)),
            )

    def to_rewrite(self, app: Sphinx, env: BuildEnvironment) -> list[str]:
        """Name the documents that show something else, or of whose writing nothing is known."""
        builder = app.builder
        if not isinstance(builder, PublicationBuilder):
            return []
        written = self._warnings.former[builder.name]
        return [
            docname
            for docname in sorted(env.found_docs - builder.domain.layout.virtual)
            if docname not in written
            or not builder.is_current_document(docname)
            or (self._is_gathered_anew and GATHERS in env.metadata[docname])
        ]

    def checking(self, app: Sphinx, env: BuildEnvironment) -> tuple[str, ...]:
        """Listen to the check of all documents together, should there be one; rewrite none."""
        self._warnings.begin(CHECK, "")
        return ()

    def checked(self, app: Sphinx, env: BuildEnvironment) -> None:
        """Note that there has been one."""
        self._warnings.heard[CHECK].setdefault("", [])
        self._warnings.begin("")

    def writing(self, app: Sphinx, builder: Builder) -> None:
        """Listen to the writing of documents."""
        self._warnings.begin(builder.name)

    def written(self, app: Sphinx, builder: PublicationBuilder) -> tuple[Any, ...]:
        """Save before the pages are recorded that show it; add none to them."""
        self._warnings.begin("")
        for docname in (*builder.domain.layout.virtual, *builder.moved):  # which have no pages
            self._warnings.former[builder.name].pop(docname, None)
        self._save()
        return ()

    def close(self, app: Sphinx, exception: Exception | None) -> None:
        """Save, and warn of what is still wrong and has not been warned of in this build."""
        self._warnings.begin("")
        if exception is None:
            self._save()
            for part in (READ, CHECK, app.builder.name):
                self._warnings.repeat(part, {"", *self._known})

    def _save(self) -> None:
        text = json.dumps({
            "version": VERSION,
            "programs": self._programs,
            "documents": {name: asdict(one) for name, one in sorted(self._known.items())},
            "notices": {
                part: {name: list(map(astuple, one)) for name, one in sorted(by_name.items())}
                for part, by_name in sorted(self._warnings.all({"", *self._known}).items())
            },
        })  # fmt: skip
        replace_text(self.path, text)
