"""References that lead nowhere, found by reading alone: no page is written.

Hand-written pages are read and resolved as in a build.  Of articles only those are that may
refer to what is not there (:mod:`broadsheet.rules.doubts`): the others cannot warn of it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from docutils import nodes
from docutils.utils import get_source_line
from sphinx.util.logging import LogCollector

from broadsheet.model import Subtype
from broadsheet.publication import flow
from broadsheet.publication.addresses import nowhere, resolve
from broadsheet.publication.domain import domain_of
from broadsheet.publication.extra_files import extra_files
from broadsheet.publication.html_pages import addresses, may_be_of_site
from broadsheet.publication.kramdown import ANCHOR
from broadsheet.publication.one_pass import ArticleWriter, Made, make_pages, notices_of
from broadsheet.publication.problems import warn
from broadsheet.publication.targets import anchors_in
from broadsheet.rules import destinations
from broadsheet.rules.catalogue import Kind, joined
from broadsheet.rules.destinations import Place, is_elsewhere, on_site, split_destination
from broadsheet.rules.doubts import Known, is_doubtful
from broadsheet.sources.folders import is_file
from broadsheet.sources.text_file import decode

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

    from broadsheet.model import Article
    from broadsheet.publication.builders import PublicationBuilder
    from broadsheet.publication.domain import BroadsheetDomain


class _Link(NamedTuple):
    """A link to a section of another page."""

    location: str
    docname: str  #: of that page
    anchor: str


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
            doctree = self.env.get_and_resolve_doctree(docname, self.builder)
            self._check_sections([*self._look(docname, doctree)])
        for article in self.domain.catalogue.articles:
            self._check_redirect(article.docname, article.redirect_to)
        for docname, moves in sorted(self.domain.layout.moves.items()):
            self._check_redirect(docname, moves.target)
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

    # articles

    def _check_articles(self) -> None:
        names = [(one.docname, self._size(one)) for one in self.domain.catalogue.articles]
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
        collector = LogCollector()
        notices = self._writer.look_at(
            docname, lambda tree: links.extend(self._look(docname, tree))
        )
        with collector.collect():
            self._check_sections(links)
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

    def _look(self, docname: str, doctree: nodes.document) -> Iterator[_Link]:
        """Yield the links to sections of other pages; warn of HTML that leads nowhere."""
        page = unquote(self.builder.get_target_uri(docname))
        for node in doctree.findall(nodes.reference):
            path, _, anchor = str(node.get("refuri", "")).partition("#")
            if not path or not anchor or anchor.startswith(":~:") or is_elsewhere(path):
                continue
            address = joined(unquote(path.partition("?")[0]), posixpath.dirname(page))
            if target := self._docnames.get(address):
                yield _Link(_location(node), target, anchor)
        if self.env.doc2path(docname).suffix in {".md", ".markdown"}:
            for raw in doctree.findall(nodes.raw):
                self._check_html(docname, raw)

    @cached_property
    def _docnames(self) -> Mapping[str, str]:
        """The documents, by every form of their addresses."""
        names = {*self.env.found_docs, *self.domain.catalogue.by_docname}
        found: dict[str, str] = {}
        for docname in sorted(names):
            address = unquote(self.builder.get_target_uri(docname))
            bare = address.removesuffix(".html")
            for form in (address.rstrip("/"), bare, bare.removesuffix("/index")):
                found.setdefault(joined(form, ""), docname)
        return found

    def _check_html(self, docname: str, raw: nodes.raw) -> None:
        text = raw.astext()
        if "href" not in text:
            return
        for one in addresses(text, lambda line: line):
            if one.element not in {"a", "area"} or self._is_there(docname, one.value):
                continue
            said = nowhere(self.builder, docname, one.value)
            warn(Subtype.REF, f"link {one.value[:80]!r} leads to {said}", location=raw)

    def _is_there(self, docname: str, to: str) -> bool:
        """Tell whether an address leads to something of the site, or elsewhere."""
        site = self.domain.layout.site.url
        below = on_site(to, site)
        if not may_be_of_site(to, site) or resolve(self.builder, docname, below) is not None:
            return True
        folder = posixpath.dirname(unquote(self.builder.get_target_uri(docname)))
        path = unquote(split_destination(below)[0])
        address = joined(path, folder)
        return not path or address in self._docnames or address in self._files

    @cached_property
    def _files(self) -> frozenset[str]:
        return frozenset({*extra_files(self.builder._app), "index.html", "index", ""})

    def _check_redirect(self, docname: str, target: str) -> None:
        if target and not self._is_there(docname, target):
            said = nowhere(self.builder, docname, on_site(target, self.domain.layout.site.url))
            location = f"{self.env.doc2path(docname)}:{self._line_of_redirect(docname)}"
            warn(Subtype.REF, f"redirect_to {target[:80]!r} leads to {said}", location=location)

    def _line_of_redirect(self, docname: str) -> int:
        text, _ = decode(Path(self.env.doc2path(docname)).read_bytes(), docname)
        lines = enumerate(text.split("\n"), 1)
        return next((number for number, line in lines if line.startswith("redirect_to")), 1)

    # sections

    def _check_sections(self, links: list[_Link]) -> None:
        for one in links:
            if not self._has_section(one.docname, one.anchor):
                path = self.env.doc2path(one.docname, False).as_posix()
                found = (
                    f"link {f'#{one.anchor[:80]}'!r} leads to no heading and no anchor of {path}"
                )
                warn(Subtype.REF, f"{found} (expected the id of one)", location=one.location)

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
            found.update(_ids_in(self.env.get_doctree(docname)))
        else:
            self._writer.look_at(docname, lambda tree: found.update(_ids_in(tree)))
        return frozenset(found)


def _ids_in(doctree: nodes.document) -> Iterator[str]:
    for node in doctree.findall(nodes.Element):
        yield from node.get("ids", ())
        if isinstance(node, nodes.raw):
            yield from ANCHOR.findall(node.astext())


def _below(text: str, line: int) -> str:
    """Return a text from a *line* on."""
    return "\n".join(text.split("\n")[line - 1 :])


def _location(node: nodes.Node) -> str:
    """Return where a node stands, also when it has been made in the place of another."""
    source, line = get_source_line(node)
    return f"{source}:{line or 1}"
