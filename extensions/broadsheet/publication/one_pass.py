"""One pass per article: read, resolve, write, forget."""

from __future__ import annotations

import gc
import heapq
import logging as std_logging
import signal
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import ceil
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.frontend import OptionParser
from docutils.readers import standalone
from docutils.utils import DependencyList
from sphinx import addnodes
from sphinx.environment import _CurrentDocument
from sphinx.errors import SphinxError, SphinxParallelError
from sphinx.transforms import SphinxTransformer
from sphinx.util import logging
from sphinx.util.display import status_iterator
from sphinx.util.docutils import LoggingReporter, sphinx_domains
from sphinx.util.parallel import ParallelTasks, parallel_available

from broadsheet.model import Subtype
from broadsheet.publication.collector import without_collector
from broadsheet.publication.domain import NO_QUESTIONS, Questions, domain_of
from broadsheet.publication.file_states import FileState
from broadsheet.publication.idle_transforms import needed
from broadsheet.publication.problems import warn
from broadsheet.publication.resolving import ResolveReferences
from broadsheet.rules.digest import digest_of_bytes
from broadsheet.sources.text_file import decode

if TYPE_CHECKING:
    from types import FrameType

    from docutils.frontend import Values
    from docutils.parsers import Parser
    from sphinx.environment import BuildEnvironment

    from broadsheet.publication.builders import PublicationBuilder
    from broadsheet.publication.image_sizes import Size
    from broadsheet.rules.liquid.known import Question

logger = logging.getLogger(__name__)

#: Pages that a process makes without collecting what they leave, some 1 MB each: it ends with
#: them.  To collect every 50 pages costs 5 % of a build, and the collector on all the time 12 %.
BATCH = 100

#: What a page costs besides its text, in bytes of text: Furo's part of it.
PAGE_COST = 6_000

#: Batches a process, at least: enough for all to end together.
BATCHES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A warning, in a form that goes from one process and one build to another."""

    level: int
    message: str
    location: str | tuple[str | None, int | None] | None
    type: str
    subtype: str

    @classmethod
    def of_values(cls, level: int, message: str, location: Any, kind: str, subtype: str) -> Notice:
        """Return the notice whose fields, in their order, were kept as JSON."""
        place = tuple(location) if isinstance(location, list) else location
        return cls(level=level, message=message, location=place, type=kind, subtype=subtype)

    def repeat(self) -> None:
        """Give the warning (again)."""
        logger.log(
            self.level,
            "%s",
            self.message,
            location=self.location,
            type=self.type,
            subtype=self.subtype,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What is kept of a page that was made: facts, never a document."""

    name: str
    source: str = ""  #: digest of the bytes that were read
    notices: tuple[Notice, ...] = ()
    dependencies: tuple[FileState, ...] = ()  #: files of the source that it takes in
    images: tuple[tuple[str, str], ...] = ()  #: (source, name in the output)
    downloads: tuple[str, ...] = ()  #: files, relative to the source folder
    questions: Questions = NO_QUESTIONS
    told: Mapping[Question, object] = field(default_factory=dict)  #: to its Liquid, of files
    sizes: Mapping[str, Size] = field(default_factory=dict)  #: of images that were read for it
    excerpt: str | None = None  #: as HTML, where it was rendered

    def with_excerpt(self, excerpt: str) -> Made:
        """Return the same with the *excerpt*."""
        return replace(self, excerpt=excerpt)


@dataclass(frozen=True, kw_only=True)
class ArticleWriter:
    """Make articles' pages, one at a time, leaving no trace in the environment."""

    builder: PublicationBuilder
    env: BuildEnvironment = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "env", self.builder.env)

    def make(self, docname: str) -> Made:
        """Read, resolve and write the article *docname*."""
        env, builder = self.env, self.builder
        path = Path(env.doc2path(docname))
        data = path.read_bytes()
        of_documents, builder.images = builder.images, {}
        collector = logging.LogCollector()
        with collector.collect():
            try:
                doctree = self._read_whatever(docname, path, decode(data, docname)[0])
                self._resolve(docname, doctree)
                builder.write_doc_serialized(docname, doctree)
                builder.write_doc(docname, doctree)
                made = Made(
                    name=docname,
                    source=self._digest_of(path, data),
                    questions=domain_of(env).questions(docname),
                    told=domain_of(env).told(docname),
                    dependencies=tuple(
                        FileState.of_source_just_read(env.srcdir, one)
                        for one in sorted(map(str, env.dependencies.get(docname, ())))
                    ),
                    images=tuple(sorted(builder.images.items())),
                    downloads=tuple(
                        sorted(
                            str(src) for src, (docs, _) in env.dlfiles.items() if docname in docs
                        )
                    ),
                    sizes=builder.sizes.take_new(),
                )
            finally:
                builder.images = of_documents
                self._forget(docname)
        return replace(made, notices=notices_of(collector.logs))

    def look_at(self, docname: str, look: Callable[[nodes.document], None]) -> tuple[Notice, ...]:
        """Read and resolve the article *docname* and write nothing; return what was warned of."""
        path = Path(self.env.doc2path(docname))
        collector = logging.LogCollector()
        with collector.collect():
            try:
                text, _ = decode(path.read_bytes(), docname)
                doctree = self._read_whatever(docname, path, text)
                self._resolve(docname, doctree)
                look(doctree)
            finally:
                self._forget(docname)
        return notices_of(collector.logs)

    def _digest_of(self, path: Path, data: bytes) -> str:
        """Return the digest of the *data* read; "" where another source may have been copied."""
        try:
            is_same = not self.env.config.html_copy_source or path.read_bytes() == data
        except OSError:
            is_same = False
        return digest_of_bytes(data) if is_same else ""

    def _read_whatever(self, docname: str, path: Path, text: str) -> nodes.document:
        """Read *text*; one that a parser fails on is shown as it stands."""
        try:
            return self._read(docname, path, text)
        except SphinxError:
            raise  # of the configuration or an extension, and so of every article
        except Exception as error:
            reason = " ".join(f"{type(error).__name__}: {error}".split())[:160]
            message = f"the text cannot be read ({reason}); shown as it stands"
            warn(Subtype.SOURCE, message, location=f"{path}:1")
            self._forget(docname)
            return self._read(docname, path, indent(text, "    ", lambda line: True))

    def _read(self, docname: str, path: Path, text: str) -> nodes.document:
        """Read *text* as :meth:`sphinx.builders.Builder.read_doc` does, keeping nothing."""
        env, builder = self.env, self.builder
        env.prepare_settings(docname)
        env.current_document._parser = self._parser
        document = self._document(path)
        transforms = [
            *self._reader_transforms, *env._registry.get_transforms(), *self._parser.get_transforms()
        ]  # fmt: skip
        document.transformer = SphinxTransformer(document)
        with sphinx_domains(env):
            source = [text]
            builder.events.emit("source-read", docname, source)
            self._parser.parse(source[0], document)
            document.current_source = document.current_line = None
            document.transformer.add_transforms(needed(transforms, document))
            document.transformer.apply_transforms()
        return document

    def _resolve(self, docname: str, document: nodes.document) -> None:
        """Resolve *document* as ``BuildEnvironment.get_and_resolve_doctree`` does.

        That copies what reading has left: the parser, a domain, and all they hold (a fifth
        of a build).
        """
        env, builder = self.env, self.builder
        env.current_document = _CurrentDocument(docname=docname)
        env.ref_context.clear()
        ResolveReferences(document).apply()  # after which others mostly need not look for any
        transformer = SphinxTransformer(document)
        transformer.set_environment(env)
        others = [one for one in env._registry.get_post_transforms() if one != ResolveReferences]
        transformer.add_transforms(needed(others, document))
        transformer.apply_transforms()
        builder.events.emit("doctree-resolved", document, docname)
        for node in list(document.findall(addnodes.toctree)):
            tree = env.resolve_toctree(docname, builder, node)
            node.replace_self(tree if tree is not None else [])

    def _document(self, path: Path) -> nodes.document:
        settings = self._settings.copy()
        settings._source = str(path)
        settings.record_dependencies = DependencyList()
        reporter = LoggingReporter(
            str(path),
            report_level=settings.report_level,
            halt_level=settings.halt_level,
            debug=settings.debug,
            error_handler=settings.error_encoding_error_handler,
        )
        document = nodes.document(settings, reporter, source=str(path))
        document.note_source(str(path), -1)
        return document

    @cached_property
    def _parser(self) -> Parser:
        return self.env._registry.create_source_parser(
            "markdown", config=self.env.config, env=self.env
        )

    @cached_property
    def _reader_transforms(self) -> list[Any]:
        return standalone.Reader().get_transforms()

    @cached_property
    def _settings(self) -> Values:
        """Return docutils' settings, worked out once (Sphinx: for each document, 2.5 %)."""
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
            # the class will be derived from argparse's in some later docutils
            options = OptionParser(
                components=(standalone.Reader, self._parser),
                defaults={"traceback": True, **self.env.settings},
                read_config_files=True,
            )
        return options.get_default_values()

    def _forget(self, docname: str) -> None:
        env = self.env
        env.ref_context.clear()
        self.builder.events.emit("env-purge-doc", env, docname)
        env.clear_doc(docname)
        env.dlfiles.purge_doc(docname)


def notices_of(records: list[Any]) -> tuple[Notice, ...]:
    """Return the warnings among log *records*."""
    warned = [record for record in records if record.levelno >= std_logging.WARNING]
    logging.convert_serializable(warned)
    return tuple(
        Notice(
            level=record.levelno,
            message=record.getMessage(),
            location=getattr(record, "location", None),
            type=getattr(record, "type", "") or "",
            subtype=getattr(record, "subtype", "") or "",
        )
        for record in warned
    )


def make_pages(
    names: Sequence[tuple[str, int]],
    make: Callable[[str], Made],
    *,
    processes: int,
    summary: str,
    verbosity: int,
) -> Iterator[Made]:
    """Make the pages of *names* (each with its cost), dealt out to forked processes.

    The pages come back sorted by name, whoever made them and when.
    """
    if not names:
        return
    made: list[Made] = []
    # a program that calls Sphinx may leave it at no process besides its own
    workers = max(1, min(processes, 1 + len(names) // 8)) if parallel_available else 1
    batches = deal(names, max(ceil(len(names) / BATCH), workers * BATCHES * (workers > 1)))
    progress = status_iterator(
        range(len(batches) + 1),
        summary,
        "darkgreen",
        len(batches) + 1,
        verbosity,
        stringify_func=lambda step: bar(len(made), len(names)),
    )

    def work(batch: list[str]) -> list[Made]:
        return [make(name) for name in batch]

    def take(results: list[Made]) -> None:
        made.extend(results)
        next(progress)

    next(progress)
    with without_collector():
        if workers == 1:
            for batch in batches[:-1]:
                take(work(batch))
                gc.collect()
            take(work(batches[-1]))
        else:
            tasks = ParallelTasks(workers)
            with _heeding_interrupts() as heed:
                for batch in batches:
                    tasks.add_task(work, batch, lambda _, results: take(results))
                    heed()
                tasks.join()
    yield from sorted(made, key=lambda one: one.name)


@contextmanager
def _heeding_interrupts() -> Iterator[Callable[[], None]]:
    """Give what raises an interrupt that was lost.

    What comes while a process is forked, Python raises where it is ignored; and of a worker that
    was interrupted while others are started, Sphinx forgets the error.
    """
    has_come = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal has_come
        has_come = True
        signal.default_int_handler(number, frame)

    def heed() -> None:
        if has_come:
            raise KeyboardInterrupt

    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield heed  # somebody else's affair
        return
    signal.signal(signal.SIGINT, note)
    try:
        yield heed
    except SphinxParallelError:
        heed()
        raise
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def bar(done: int, total: int, width: int = 20) -> str:
    """Return a bar of *width* characters and the two numbers beside it."""
    full = width * done // max(total, 1)
    return f"{'█' * full}{'░' * (width - full)} {done:,} of {total:,}"


def deal(names: Iterable[tuple[str, int]], count: int) -> list[list[str]]:
    """Deal *names* out to at most *count* batches of about the same cost."""
    batches: list[list[str]] = [[] for _ in range(count)]
    heap = [(0, number) for number in range(count)]
    for name, cost in sorted(names, key=lambda pair: (-pair[1], pair[0])):
        load, number = heapq.heappop(heap)
        batches[number].append(name)
        heapq.heappush(heap, (load + cost + PAGE_COST, number))
    return [batch for batch in batches if batch]
