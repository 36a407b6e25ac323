"""The press: which pages are stale, who makes them, and what is kept of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sphinx.util.logging import LogCollector

from broadsheet.publication.collector import collector_off
from broadsheet.publication.domain import catalogue_of
from broadsheet.publication.one_pass import ArticleWriter, Made, make_pages, notices_of
from broadsheet.publication.page_store import PageStore, Record
from broadsheet.rules.views import Listing

if TYPE_CHECKING:
    from broadsheet.model import Article
    from broadsheet.publication.builders import PublicationBuilder
    from broadsheet.publication.digests import Digests
    from broadsheet.publication.excerpts import Excerpts


class Viewed(Protocol):
    """What can be shown on a page."""

    def view(self) -> Any:
        """Return a frozen value with a ``title``."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page that is no document: a view of the catalogue, and the template that lays it out."""

    name: str
    template: str
    content: Viewed
    indexed: bool = True  #: False keeps it out of the sitemap

    @cached_property
    def view(self) -> Any:
        """The view, made when it is asked for: most pages are as they were."""
        return self.content.view()

    @property
    def listing(self) -> Listing | None:
        """What it shows, if it is a page of a listing."""
        return self.content if isinstance(self.content, Listing) else None


@dataclass(frozen=True, kw_only=True)
class Press:
    """Make those pages whose digest has changed, or whose file is not as it was."""

    builder: PublicationBuilder
    store: PageStore
    excerpts: Excerpts
    digests: Digests
    processes: int

    def run(
        self,
        articles: Iterable[Article],
        pages: Iterable[Page],
        documents: Iterable[str],
        shared: Iterable[str],
    ) -> None:
        """Make *articles* and *pages* where they are stale; *documents* Sphinx has made.

        *shared* are files of the output that belong to no single page.  What no page has
        any more is removed.
        """
        with collector_off():
            self.builder.domain.related.prepare()  # before the first fork
            stale_articles = [one for one in articles if not self._is_current_article(one)]
            stale_pages = [one for one in pages if not self._is_current_page(one)]
        stale = {article.docname for article in stale_articles} | {one.name for one in stale_pages}
        names = {one.docname for one in articles} | {one.name for one in pages} | {*documents}
        self.store.expect(
            self._pages_of({*stale, *documents}),
            kept=names - stale,
            all_but_texts=self.digests.all_but_texts,
        )
        self._repeat_notices({*documents})
        self._make_articles(stale_articles)
        self._make_pages(stale_pages)
        for made in self._made_by_sphinx(documents):
            self._record(made, self.digests.of_document(made.name))
        self.store.remove_former(shared)

    @cached_property
    def srcdir(self) -> Path:
        """The folder of the sources."""
        return Path(self.builder.srcdir)

    @cached_property
    def _texts_alone(self) -> bool:
        """Tell whether nothing but texts of articles can have changed; all digests hold then."""
        return self.store.all_but_texts == self.digests.all_but_texts

    def _is_current_article(self, article: Article) -> bool:
        record = self.store.records.get(article.docname)
        if record is None:
            return False
        if self._texts_alone and not record.questions.ask_texts:
            is_same = record.source == article.digest and record.related == self._related(article)
        else:
            is_same = record.digest == self.digests.of_article(article, record.questions)
        return is_same and self.store.is_untouched(record)

    def _is_current_page(self, page: Page) -> bool:
        record = self.store.records.get(page.name)
        if record is None:
            return False
        is_same = self._texts_alone or record.digest == self.digests.of_page(page)
        return is_same and self.store.is_untouched(record)

    @cached_property
    def _related(self) -> Callable[[Article], str]:
        return self.builder.domain.related.key

    def _make_articles(self, articles: list[Article]) -> None:
        writer = ArticleWriter(builder=self.builder)
        by_docname = {article.docname: article for article in articles}

        def make(docname: str) -> Made:
            made = writer.make(docname)
            if not by_docname[docname].listed:
                return made
            # in the process that has just read the article; listings will ask for it
            return made.with_excerpt(self.excerpts.html(docname))

        costs = [(article.docname, self._size(article)) for article in articles]
        for made in self._made(costs, make, "writing articles... "):
            if made.excerpt is not None:
                self.excerpts.take(made.name, made.excerpt)
            self.builder.images.update(made.images)
            self.builder.sizes.add(made.sizes)
            for path in made.downloads:
                self.builder.env.dlfiles.add_file(made.name, path)
            # the file may have changed since the scan: the record tells what the page was made of
            article = by_docname[made.name]._replace(digest=made.source)
            self._record(
                made,
                self.digests.of_article(article, made.questions, made.told),
                related=self._related(article),
            )

    def _make_pages(self, pages: list[Page]) -> None:
        by_name = {page.name: page for page in pages}

        def make(name: str) -> Made:
            page = by_name[name]
            title = escape(page.view.title, quote=False)
            context = {**self.builder.helpers(name), "title": title, "view": page.view}
            collector = LogCollector()
            with collector.collect():
                self.builder.handle_page(name, context, page.template)
            return Made(name=name, notices=notices_of(collector.logs))

        # a card costs about as much as 2 KB of an article's text
        cards = [len(page.listing.articles) if page.listing else 0 for page in pages]
        costs = [(page.name, 2_000 * count) for page, count in zip(pages, cards, strict=True)]
        for made in self._made(costs, make, "writing listings... "):
            self._record(made, self.digests.of_page(by_name[made.name]))

    def _made(
        self, costs: list[tuple[str, int]], make: Callable[[str], Made], summary: str
    ) -> Iterable[Made]:
        return make_pages(
            costs,
            make,
            processes=self.processes,
            summary=summary,
            verbosity=self.builder.config.verbosity,
        )

    def _size(self, article: Article) -> int:
        try:
            return (self.srcdir / article.path).stat().st_size
        except OSError:
            return 0

    def _record(self, made: Made, digest: str, related: str = "") -> None:
        """Keep what was made, and warn of it as its process could not."""
        record = Record(
            digest=digest,
            source=made.source,
            related=related,
            files=tuple(self._files_of(made)),
            dependencies=made.dependencies,
            notices=made.notices,
            questions=made.questions,
        )
        self.store.keep(made.name, record)
        for notice in made.notices:
            notice.repeat()

    def _made_by_sphinx(self, docnames: Iterable[str]) -> Iterator[Made]:
        """Yield what Sphinx knows of the documents that it read itself."""
        images, downloads = defaultdict(list), defaultdict(list)
        for path, (shown_in, name) in sorted(self.builder.env.images.items()):
            for docname in shown_in:
                images[docname].append((path, name))
        for file, (linked_in, _) in sorted(self.builder.env.dlfiles.items()):
            for docname in linked_in:
                downloads[docname].append(str(file))
        for docname in docnames:
            yield Made(
                name=docname, images=tuple(images[docname]), downloads=tuple(downloads[docname])
            )

    def _pages_of(self, names: Iterable[str]) -> Iterator[str]:
        """Yield the files of pages, and of what links to them show."""
        for name in names:
            yield self.builder.file_of(name)
            if preview := self.builder.previews.files.get(name):
                yield preview

    def _files_of(self, made: Made) -> Iterator[str]:
        """Yield the files of the output that belong to a page, itself first."""
        yield from self._pages_of([made.name])
        env, config = self.builder.env, self.builder.config
        is_document = made.name in env.found_docs or made.name in catalogue_of(env).by_docname
        if config.html_copy_source and is_document:
            name = env.doc2path(made.name, False).as_posix()
            suffix = config.html_sourcelink_suffix
            yield f"_sources/{name}" if name.endswith(suffix) else f"_sources/{name}{suffix}"
        for _, image in made.images:
            yield f"{self.builder.imagedir}/{image}"
        for path in made.downloads:
            yield f"_downloads/{env.dlfiles[Path(path)][1]}"

    def _repeat_notices(self, documents: Set[str]) -> None:
        """Warn again of what is still wrong in pages that are not made again.

        Of *documents* Sphinx has warned itself, or they were articles when there was a notice.
        """
        records = self.store.records
        noticed = {name for name, record in records.items() if record.notices} - documents
        for name in sorted(noticed):
            for notice in records[name].notices:
                notice.repeat()
