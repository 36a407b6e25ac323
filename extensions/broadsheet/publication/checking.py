"""References that lead nowhere, found by reading alone: no page is written.

Hand-written pages are read and resolved as in a build.  Of articles only those are that may
refer to what is not there (:mod:`broadsheet.rules.doubts`): the others cannot warn of it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from docutils import nodes
from sphinx.util.logging import LogCollector

from broadsheet.model import HTML_ENDINGS, Subtype
from broadsheet.publication import flow
from broadsheet.publication.addresses import nowhere, resolve
from broadsheet.publication.domain import domain_of
from broadsheet.publication.extra_files import extra_files
from broadsheet.publication.links_in_html import ids_in, location_of, spots_in
from broadsheet.publication.one_pass import ArticleWriter, Made, Notice, make_pages, notices_of
from broadsheet.publication.problems import warn
from broadsheet.publication.targets import anchors_in
from broadsheet.rules import destinations
from broadsheet.rules.catalogue import Kind, joined
from broadsheet.rules.destinations import Place, is_elsewhere, on_site, split_destination
from broadsheet.rules.doubts import Known, is_doubtful
from broadsheet.rules.redirects import TARGET
from broadsheet.sources.folders import is_file
from broadsheet.sources.text_file import decode

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

    from broadsheet.model import Article
    from broadsheet.publication.builders import PublicationBuilder
    from broadsheet.publication.domain import BroadsheetDomain


#: Pages that lead on to one another before it is taken for a circle.
MOST_MOVES = 10


class _Link(NamedTuple):
    """A link to a section."""

    to: str  #: as it is shown
    docname: str  #: of the page on which that is to be
    anchor: str
    location: str = ""


@dataclass(frozen=True, kw_only=True)
class Checker:
    """Warn of everything that leads nowhere, in the words of a build."""

    builder: PublicationBuilder
    processes: int = 1
    _ids: dict[str, frozenset[str]] = field(default_factory=dict)  #: of pages, by docname

    def run(self) -> None:
        """Read, resolve, and warn."""
        self.builder.read()
        self.env.check_consistency()
        for docname in sorted(self.env.found_docs - self.domain.layout.virtual):
            if docname not in self._targets:  # the text of the others nobody sees
                self._check_document(docname)
        self._check_redirects()
        if self.domain.flow == flow.ONE_PASS:
            self._check_articles()

    @property
    def env(self) -> BuildEnvironment:
        """Sphinx's environment."""
        return self.builder.env

    @property
    def domain(self) -> BroadsheetDomain:
        """The door to the catalogue."""
        return domain_of(self.env)

    def _check_document(self, docname: str) -> None:
        collector = LogCollector()
        with collector.collect():
            doctree = self.env.get_and_resolve_doctree(docname, self.builder)
            self._check_html(docname, doctree)
        notices = notices_of(collector.logs)
        for one in notices:
            one.repeat()
        self._check_sections(docname, [*self._sections(docname, doctree)], notices)

    # articles

    def _check_articles(self) -> None:
        shown = (one for one in self.domain.catalogue.articles if not one.redirect_to)
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
            return Path(self.env.srcdir, article.path).stat().st_size
        except OSError:
            return 0

    def _check_article(self, docname: str) -> Made:
        article = self.domain.catalogue.by_docname[docname]
        try:
            data = Path(self.env.srcdir, article.path).read_bytes()
        except OSError:  # removed since the scan
            return Made(name=docname)
        text = _below(decode(data, article.path)[0], article.body_line)
        if not is_doubtful(text, self._known(article)):
            return Made(name=docname)
        links: list[_Link] = []

        def look(doctree: nodes.document) -> None:
            self._check_html(docname, doctree)
            links.extend(self._sections(docname, doctree))

        collector, notices = LogCollector(), self._writer.look_at(docname, look)
        with collector.collect():
            self._check_sections(docname, links, notices)
        return Made(name=docname, notices=(*notices, *notices_of(collector.logs)))

    @cached_property
    def _writer(self) -> ArticleWriter:
        return ArticleWriter(builder=self.builder)

    def _known(self, article: Article) -> Known:
        domain = self.domain
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
            return any(is_file(self.env.srcdir / one) for one in destinations.paths(below, place))

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
            return "#" not in name and self.domain.references.post(name).article is not None
        if role in {Kind.AUTHOR, Kind.TAG, Kind.SERIES, Kind.COLLECTION}:
            return self.domain.references.group(Kind(role), name)[0] is not None
        return False

    # links that a build does not look at

    def _sections(self, docname: str, doctree: nodes.document) -> Iterator[_Link]:
        """Yield the links to sections; those of Markdown to the page itself a build checks."""
        for node in doctree.findall(nodes.reference):
            uri = str(node.get("refuri", ""))
            if "#" in uri and not uri.startswith("#") and (found := self._section(docname, uri)):
                # the address is one that the build has made: in the text stands another
                yield found._replace(to=f"#{found.anchor}", location=location_of(node))
        for spot in spots_in(doctree):
            if "#" in spot.to and (found := self._section(docname, spot.to)):
                yield found._replace(location=spot.location)

    def _section(self, docname: str, to: str) -> _Link | None:
        path, _, anchor = on_site(to, self.domain.layout.site.url).partition("#")
        if not anchor or anchor.startswith(":~:") or is_elsewhere(path):
            return None
        target = self._landing(self._docname_at(docname, path) if path else docname)
        return _Link(to, target, anchor) if target else None

    def _docname_at(self, docname: str, path: str) -> str:
        page = unquote(self.builder.get_target_uri(docname))
        address = joined(unquote(path.partition("?")[0]), posixpath.dirname(page))
        return self._docnames.get(address, "")

    def _landing(self, docname: str) -> str:
        """Return the page that shows itself where one leads on, "" for one elsewhere."""
        for _ in range(MOST_MOVES):
            target = self._targets.get(docname)
            if not target:
                return docname
            below = on_site(target, self.domain.layout.site.url)
            docname = "" if is_elsewhere(below) else self._docname_at(docname, below)
        return ""

    @cached_property
    def _targets(self) -> Mapping[str, str]:
        """Where pages lead that show no text, by docname."""
        articles = ((one.docname, one.redirect_to) for one in self.domain.catalogue.articles)
        moves = ((docname, one.target) for docname, one in self.domain.layout.moves.items())
        return {docname: target for docname, target in (*articles, *moves) if target}

    @cached_property
    def _docnames(self) -> Mapping[str, str]:
        """The documents, by every form of their addresses."""
        found: dict[str, str] = {}
        for docname in sorted({*self.env.found_docs, *self.domain.catalogue.by_docname}):
            address = unquote(self.builder.get_target_uri(docname))
            bare = address.removesuffix(".html")
            for form in (address.rstrip("/"), bare, bare.removesuffix("/index")):
                found.setdefault(joined(form, ""), docname)
        return found

    def _check_html(self, docname: str, doctree: nodes.document) -> None:
        """Warn of HTML in Markdown; of that in pages of HTML a build warns itself."""
        is_jekyll = self.domain.options.jekyll
        if is_jekyll and self.env.doc2path(docname).suffix in HTML_ENDINGS:
            return
        for spot in spots_in(doctree):
            if spot.is_image:
                if is_jekyll and not self._is_file(docname, spot.to):
                    found = f"image {spot.to[:80]!r} is no file of the source (expected one)"
                    warn(Subtype.IMAGE, f"{found}; left as it is", location=spot.location)
            elif not spot.to.startswith("#") and not self._is_there(docname, spot.to):
                said = nowhere(self.builder, docname, spot.to)
                found = f"link {spot.to[:80]!r} leads to {said}"
                warn(Subtype.REF, f"{found}; left as it is", location=spot.location)

    def _is_file(self, docname: str, src: str) -> bool:
        path = self.env.doc2path(docname, False).as_posix()
        place = Place(path, unquote(self.builder.get_target_uri(docname)))
        below = on_site(src, self.domain.layout.site.url)
        if is_elsewhere(below):
            return True
        copied = self.domain.layout.static_paths
        return any(one in copied for one in destinations.addresses(below, place)) or any(
            is_file(self.env.srcdir / one) for one in destinations.paths(below, place)
        )

    def _is_there(self, docname: str, to: str) -> bool:
        """Tell whether an address leads to something of the site, or elsewhere."""
        below = on_site(to, self.domain.layout.site.url)
        if is_elsewhere(below) or resolve(self.builder, docname, below) is not None:
            return True
        folder = posixpath.dirname(unquote(self.builder.get_target_uri(docname)))
        address = joined(unquote(split_destination(below)[0]), folder)
        return address in self._docnames or address in self._files

    @cached_property
    def _files(self) -> frozenset[str]:
        return frozenset({*extra_files(self.builder._app), ".", ""})

    def _check_redirects(self) -> None:
        for docname, target in sorted(self._targets.items()):
            if not self._is_there(docname, target):
                said = nowhere(self.builder, docname, on_site(target, self.domain.layout.site.url))
                location = f"{self.env.doc2path(docname)}:{self._line_of_redirect(docname)}"
                warn(Subtype.REF, f"redirect_to {target[:80]!r} leads to {said}", location=location)

    def _line_of_redirect(self, docname: str) -> int:
        text, _ = decode(Path(self.env.doc2path(docname)).read_bytes(), docname)
        lines = enumerate(text.split("\n"), 1)
        return next((number for number, line in lines if line.startswith(TARGET)), 1)

    # sections

    def _check_sections(
        self, docname: str, links: list[_Link], notices: tuple[Notice, ...]
    ) -> None:
        """Warn of links to sections that are not there, but not again."""
        for one in links:
            if self._has_section(one.docname, one.anchor) or _is_said(one, notices):
                continue
            path = self.env.doc2path(one.docname, False).as_posix()
            there = "this page" if one.docname == docname else path
            found = f"link {one.to[:80]!r} leads to no heading and no anchor of {there}"
            warn(
                Subtype.REF,
                f"{found} (expected the id of one); left as it is",
                location=one.location,
            )

    def _has_section(self, docname: str, anchor: str) -> bool:
        """Tell whether a page has an anchor; where its text does not show it, read the page."""
        names = {anchor, unquote(anchor)}
        article = self.domain.catalogue.by_docname.get(docname)
        if article and names & anchors_in(self.domain, article):
            return True
        if docname not in self._ids:
            self._ids[docname] = self._ids_of(docname)
        return bool(names & self._ids[docname])

    def _ids_of(self, docname: str) -> frozenset[str]:
        found = {"", "top"}
        if docname in self.env.found_docs:
            found.update(ids_in(self.env.get_doctree(docname)))
        else:
            self._writer.look_at(docname, lambda tree: found.update(ids_in(tree)))
        return frozenset(found)


def _is_said(link: _Link, notices: Iterable[Notice]) -> bool:
    """Tell whether a build says itself that there is no such section."""
    anchor = unquote(link.anchor)
    return any(one.location == link.location and anchor in one.message for one in notices)


def _below(text: str, line: int) -> str:
    """Return a text from a *line* on."""
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
        if not start:
            return ""
    return text[start:]
