"""Links to sections, of other pages and of HTML, at which a build does not look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from docutils import nodes

from broadsheet.model import Subtype
from broadsheet.publication.links_in_html import ids_in, location_of, spots_in
from broadsheet.publication.problems import warn
from broadsheet.publication.targets import anchors_in
from broadsheet.rules.destinations import is_elsewhere, on_site

if TYPE_CHECKING:
    from broadsheet.publication.checking.pages import Pages
    from broadsheet.publication.one_pass import ArticleWriter, Notice


class SectionLink(NamedTuple):
    """A link to a section."""

    to: str  #: as it is shown
    docname: str  #: of the page on which that is to be
    anchor: str
    location: str = ""


@dataclass(frozen=True, kw_only=True)
class Sections:
    """The sections of all pages, and the links to them."""

    pages: Pages
    writer: ArticleWriter
    _ids: dict[str, frozenset[str]] = field(default_factory=dict)  #: of pages, by docname

    def links_in(self, docname: str, doctree: nodes.document) -> Iterator[SectionLink]:
        """Yield the links to sections; those of Markdown to the page itself a build checks."""
        for node in doctree.findall(nodes.reference):
            uri = str(node.get("refuri", ""))
            if "#" in uri and not uri.startswith("#") and (found := self._section(docname, uri)):
                # the address is one that the build has made: in the text stands another
                yield found._replace(to=f"#{found.anchor}", location=location_of(node))
        for spot in spots_in(doctree):
            if "#" in spot.to and (found := self._section(docname, spot.to)):
                yield found._replace(location=spot.location)

    def _section(self, docname: str, to: str) -> SectionLink | None:
        path, _, anchor = on_site(to, self.pages.domain.layout.site.url).partition("#")
        if not anchor or anchor.startswith(":~:") or is_elsewhere(path):
            return None
        target = self.pages.landing(self.pages.docname_at(docname, path) if path else docname)
        return SectionLink(to, target, anchor) if target else None

    def check(self, docname: str, links: Iterable[SectionLink], notices: Sequence[Notice]) -> None:
        """Warn of links to sections that are not there, but not again."""
        for one in links:
            if self._has_section(one.docname, one.anchor) or _is_said(one, notices):
                continue
            path = self.pages.env.doc2path(one.docname, False).as_posix()
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
        article = self.pages.domain.catalogue.by_docname.get(docname)
        if article and names & anchors_in(self.pages.domain, article):
            return True
        if docname not in self._ids:
            self._ids[docname] = self._ids_of(docname)
        return bool(names & self._ids[docname])

    def _ids_of(self, docname: str) -> frozenset[str]:
        found = {"", "top"}
        if docname in self.pages.env.found_docs:
            found.update(ids_in(self.pages.env.get_doctree(docname)))
        else:
            self.writer.look_at(docname, lambda tree: found.update(ids_in(tree)))
        return frozenset(found)


def _is_said(link: SectionLink, notices: Iterable[Notice]) -> bool:
    """Tell whether a build says itself that there is no such section."""
    anchor = unquote(link.anchor)
    return any(one.location == link.location and anchor in one.message for one in notices)
