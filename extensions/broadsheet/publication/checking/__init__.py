"""References that lead nowhere, found by reading alone: no page is written.

Hand-written pages are read and resolved as in a build.  Of articles only those are that may
refer to what is not there (:mod:`broadsheet.rules.doubts`): the others cannot warn of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.util.logging import LogCollector

from broadsheet.model import HTML_ENDINGS, Subtype
from broadsheet.publication import flow
from broadsheet.publication.addresses import nowhere, resolve
from broadsheet.publication.checking.pages import Pages
from broadsheet.publication.checking.sections import SectionLink, Sections
from broadsheet.publication.links_in_html import spots_in
from broadsheet.publication.one_pass import ArticleWriter, Made, make_pages, notices_of
from broadsheet.publication.problems import warn
from broadsheet.rules import destinations
from broadsheet.rules.catalogue import Kind
from broadsheet.rules.destinations import Place, on_site
from broadsheet.rules.doubts import Known, is_doubtful
from broadsheet.rules.redirects import TARGET
from broadsheet.sources.folders import is_file
from broadsheet.sources.text_file import decode

if TYPE_CHECKING:
    from docutils import nodes

    from broadsheet.model import Article
    from broadsheet.publication.builders import PublicationBuilder


@dataclass(frozen=True, kw_only=True)
class Checker:
    """Warn of everything that leads nowhere, in the words of a build."""

    builder: PublicationBuilder
    processes: int = 1

    def run(self) -> None:
        """Read, resolve, and warn."""
        self.builder.read()
        self.pages.env.check_consistency()
        for docname in sorted(self.pages.env.found_docs - self.pages.domain.layout.virtual):
            if docname not in self.pages.targets:  # the text of the others nobody sees
                self._check_document(docname)
        self._check_redirects()
        if self.pages.domain.flow == flow.ONE_PASS:
            self._check_articles()

    def _check_document(self, docname: str) -> None:
        collector = LogCollector()
        with collector.collect():
            doctree = self.pages.env.get_and_resolve_doctree(docname, self.builder)
            self._check_html(docname, doctree)
        notices = notices_of(collector.logs)
        for one in notices:
            one.repeat()
        self.sections.check(docname, [*self.sections.links_in(docname, doctree)], notices)

    # articles

    def _check_articles(self) -> None:
        shown = (one for one in self.pages.domain.catalogue.articles if not one.redirect_to)
        names = [(one.docname, self._size(one)) for one in shown]
        made = make_pages(
            names,
            self._check_article,
            processes=self.processes,
            summary="checking articles... ",
            verbosity=self.builder.config.verbosity,
        )
        for one in made:
            for notice in one.notices:
                notice.repeat()

    def _size(self, article: Article) -> int:
        try:
            return Path(self.pages.env.srcdir, article.path).stat().st_size
        except OSError:
            return 0

    def _check_article(self, docname: str) -> Made:
        article = self.pages.domain.catalogue.by_docname[docname]
        try:
            data = Path(self.pages.env.srcdir, article.path).read_bytes()
        except OSError:  # removed since the scan
            return Made(name=docname)
        text = _below(decode(data, article.path)[0], article.body_line)
        if not is_doubtful(text, self._known(article)):
            return Made(name=docname)
        links: list[SectionLink] = []

        def look(doctree: nodes.document) -> None:
            self._check_html(docname, doctree)
            links.extend(self.sections.links_in(docname, doctree))

        collector, notices = LogCollector(), self._writer.look_at(docname, look)
        with collector.collect():
            self.sections.check(docname, links, notices)
        return Made(name=docname, notices=(*notices, *notices_of(collector.logs)))

    @cached_property
    def pages(self) -> Pages:
        """The pages that a build would write."""
        return Pages(builder=self.builder)

    @cached_property
    def sections(self) -> Sections:
        """Their sections."""
        return Sections(pages=self.pages, writer=self._writer)

    @cached_property
    def _writer(self) -> ArticleWriter:
        return ArticleWriter(builder=self.builder)

    def _known(self, article: Article) -> Known:
        domain = self.pages.domain
        is_jekyll = domain.options.jekyll
        place = Place(article.path, article.address if is_jekyll else "")
        site = domain.layout.site.url

        def is_page(to: str) -> bool:
            if is_jekyll:
                return resolve(self.builder, article.docname, to) is not None
            return domain.catalogue.target_of(to, article) is not None

        def is_image(to: str) -> bool:
            below = on_site(to, site)
            if is_jekyll:
                copied = domain.layout.static_paths
                return any(one in copied for one in destinations.addresses(below, place))
            return any(
                is_file(self.pages.env.srcdir / one) for one in destinations.paths(below, place)
            )

        return Known(
            site=site,
            jekyll=is_jekyll,
            wiki_links=domain.options.wiki_links,
            is_page=is_page,
            is_image=is_image,
            is_name=self._is_name,
        )

    def _is_name(self, role: str, name: str) -> bool:
        if role == "post":
            return "#" not in name and self.pages.domain.references.post(name).article is not None
        if role in {Kind.AUTHOR, Kind.TAG, Kind.SERIES, Kind.COLLECTION}:
            return self.pages.domain.references.group(Kind(role), name)[0] is not None
        return False

    def _check_html(self, docname: str, doctree: nodes.document) -> None:
        """Warn of HTML in Markdown; of that in pages of HTML a build warns itself."""
        is_jekyll = self.pages.domain.options.jekyll
        if is_jekyll and self.pages.env.doc2path(docname).suffix in HTML_ENDINGS:
            return
        for spot in spots_in(doctree):
            if spot.is_image:
                if is_jekyll and not self.pages.is_file(docname, spot.to):
                    found = f"image {spot.to[:80]!r} is no file of the source (expected one)"
                    warn(Subtype.IMAGE, f"{found}; left as it is", location=spot.location)
            elif not spot.to.startswith("#") and not self.pages.is_there(docname, spot.to):
                said = nowhere(self.builder, docname, spot.to)
                found = f"link {spot.to[:80]!r} leads to {said}"
                warn(Subtype.REF, f"{found}; left as it is", location=spot.location)

    def _check_redirects(self) -> None:
        for docname, target in sorted(self.pages.targets.items()):
            if not self.pages.is_there(docname, target):
                said = nowhere(
                    self.builder, docname, on_site(target, self.pages.domain.layout.site.url)
                )
                location = f"{self.pages.env.doc2path(docname)}:{self._line_of_redirect(docname)}"
                warn(Subtype.REF, f"redirect_to {target[:80]!r} leads to {said}", location=location)

    def _line_of_redirect(self, docname: str) -> int:
        text, _ = decode(Path(self.pages.env.doc2path(docname)).read_bytes(), docname)
        lines = enumerate(text.split("\n"), 1)
        return next((number for number, line in lines if line.startswith(TARGET)), 1)


def _below(text: str, line: int) -> str:
    """Return a text from a *line* on."""
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
        if not start:
            return ""
    return text[start:]
