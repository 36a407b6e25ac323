"""The documents that Sphinx reads itself: which of them again, and what is wrong with them.

Sphinx reads a document again whose file is newer than the last reading.  But a file may be
another and old, and a link may mean something else where no file has changed.  And Sphinx
warns of a document when it reads it and when it writes it, and is silent in the next build.
"""

from __future__ import annotations

import json
import logging as std_logging
import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from copy import copy
from dataclasses import asdict, astuple, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import docname_join, logging

from broadsheet.publication import flow
from broadsheet.publication.addresses import resolve
from broadsheet.publication.builders import PublicationBuilder
from broadsheet.publication.domain import domain_of
from broadsheet.publication.file_states import FileState
from broadsheet.publication.liquid import answers
from broadsheet.publication.one_pass import Notice, notices_of
from broadsheet.publication.output_files import read_json, replace_text
from broadsheet.publication.problems import AT_WORK, announce
from broadsheet.rules.destinations import is_elsewhere, on_site
from broadsheet.rules.digest import digest, digest_of_bytes

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)

#: Raised whenever the meaning of what is stored changes; another version is as good as none.
VERSION = 2

NAME = "broadsheet-documents.json"

#: Parts of a build that warn of documents; writing goes by the name of the builder.
READ, CHECK = "read", "check"

#: Where an environment keeps what a document links to, among its metadata.
LINKS = "broadsheet_links"

#: The same, of one that shows what an extension gathers from all documents.
GATHERS = "broadsheet_gathers"

#: What a log record is marked with when it has been heard: Sphinx logs it twice.
HEARD = "broadsheet_heard"


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
            known = {name: _document(**one) for name, one in stored["documents"].items()}
            self._warnings.former = _parts(stored["notices"])
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
        self._own = {name: Source.of(env.srcdir, _path(env, name)) for name in docnames}
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
                links=_meanings(env, docname),
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


# what a document was made of


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file as it was when a document was made of it."""

    state: FileState
    digest: str  #: of the bytes, "" where there are none

    @classmethod
    def of(cls, root: Path, path: str) -> Source:
        """Look at the file, and into it."""
        state = FileState.of_source(root, path)
        try:
            data = (root / path).read_bytes()
        except OSError:
            return cls(state=state, digest="")
        return cls(state=state, digest=digest_of_bytes(data))

    def now(self, root: Path) -> Source:
        """Return the file as it is now; it is read only if it seems to be another."""
        path = self.state.path
        return self if FileState.of_source(root, path) == self.state else Source.of(root, path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document as it was read."""

    moment: int  #: of the reading, as the environment has it
    files: tuple[Source, ...]  #: its own first, what Sphinx keeps of it last
    links: str  #: the digest of what its links meant, and its Liquid was told

    def now(self, env: BuildEnvironment, docname: str) -> Document | None:
        """Return the document with its files as they are now; None if it would be another."""
        files = tuple(file.now(env.srcdir) for file in self.files)
        if (
            self.moment == env.all_docs.get(docname)
            and [file.state.path for file in files[:1]] == [_path(env, docname)]
            and all(file.digest == old.digest for file, old in zip(files, self.files, strict=True))
            and self.links == _meanings(env, docname)
        ):
            return replace(self, files=files)
        return None


def _path(env: BuildEnvironment, docname: str) -> str:
    return env.doc2path(docname, False).as_posix()


def note_links(app: Sphinx, doctree: nodes.document) -> None:
    """Keep where a document's links lead: MyST decides while it reads what they mean.

    Keep too whether it may show what stands in others (``{todolist}``, a bibliography).
    """
    env = app.env
    if env.docname not in env.found_docs:  # an article in one pass
        return
    env.metadata[env.docname][LINKS] = sorted(set(_links(env, doctree)))
    if modules := flow.gathering_modules(app):
        found = {type(node).__module__ for node in doctree.findall(nodes.Element)}
        if any(one in modules or one.partition(".")[0] in modules for one in found):
            env.metadata[env.docname][GATHERS] = True


def _links(env: BuildEnvironment, doctree: nodes.document) -> Iterator[str]:
    """Yield names of documents, paths of files below the source folder, addresses."""
    for toctree in doctree.findall(addnodes.toctree):
        yield from toctree["includefiles"]
    for place in domain_of(env).questions(env.docname).media:
        yield f"/{place}"  # whether there is an image
    for node in doctree.findall(nodes.Element):
        target, url = str(node.get("reftarget", "")), str(node.get("refuri", ""))
        kind = (node.get("refdomain"), node.get("reftype"))
        if kind == ("doc", "myst"):
            yield from _files_of(env, target)
        elif kind == ("std", "doc"):
            yield docname_join(node["refdoc"], target)
        elif below := _below(url, domain_of(env).layout.site.url):
            yield below
        elif kind == (None, "myst") or url.startswith("project:"):
            yield target
            path = (target or url.removeprefix("project:")).partition("#")[0]
            yield env.relfn2path(path, env.docname)[0]


def _below(url: str, site: str) -> str:
    """Return where on its site a whole address leads, "" for elsewhere."""
    below = on_site(url, site) if url else ""
    return "" if below == url or is_elsewhere(below) else below


def _files_of(env: BuildEnvironment, docname: str) -> Iterator[str]:
    """Yield every path by which MyST may have come to a document: it keeps the name alone.

    Where the file is no document, as that of a withheld article, its name was made of the path.
    """
    yield env.doc2path(docname, False).as_posix()
    yield from (f"{docname}{suffix}" for suffix in env.project.source_suffix)


def _meanings(env: BuildEnvironment, docname: str) -> str:
    links = env.metadata[docname].get(LINKS, ())
    meanings = [_meaning(env, docname, link) for link in links]
    return digest(meanings, answers(env, docname, domain_of(env).questions(docname).liquid))


def _meaning(env: BuildEnvironment, docname: str, link: str) -> object:
    """Return what there is where a link leads; what is shown of it is not asked.

    MyST asks whether there is a file, and of what document (``render_link_unknown``).
    """
    domain, builder = domain_of(env), env._app.builder
    name = env.path2doc(link) or link
    is_document = name in env.found_docs or name in domain.catalogue.by_docname
    is_file = os.path.isfile(env.srcdir / link.lstrip("/"))  # noqa: PTH113 - raises at no name whatever
    is_jekyll = domain.options.jekyll and isinstance(builder, PublicationBuilder)
    return name, is_document, is_file, resolve(builder, docname, link) if is_jekyll else None


# what was warned of


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


def _document(moment: int, files: Any, links: str) -> Document:
    sources = (Source(state=FileState(*one["state"]), digest=one["digest"]) for one in files)
    return Document(moment=moment, files=tuple(sources), links=links)


def _parts(stored: Any) -> defaultdict[str, dict[str, list[Notice]]]:
    parts: defaultdict[str, dict[str, list[Notice]]] = defaultdict(dict)
    for part, by_name in stored.items():
        parts[part] = {
            name: [Notice.of_values(*one) for one in found] for name, found in by_name.items()
        }
    return parts
