"""What in a Jekyll repository is an address, and for MyST a reference.

An address that leads nowhere is reported and stays in the page, and so does an anchor: it is
one of the page, and never the name of a document or an index, as it may be for MyST.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.osutil import relative_uri

from broadsheet.model import HTML_ENDINGS, Subtype
from broadsheet.publication.addresses import Place, article_at, moved, nowhere, place_of, uri_of
from broadsheet.publication.article_links import keep_attributes
from broadsheet.publication.domain import catalogue_of, domain_of
from broadsheet.publication.html_pages import addresses_in, may_be_of_site, with_addresses
from broadsheet.publication.kramdown import ANCHOR
from broadsheet.publication.problems import warn
from broadsheet.publication.targets import ANY, link_to, say, target_of
from broadsheet.rules.destinations import split_destination
from broadsheet.rules.references import Reference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx import addnodes
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment


@dataclass(frozen=True, kw_only=True)
class JekyllLinks:
    """The links of a document of a Jekyll repository."""

    env: BuildEnvironment
    document: nodes.document

    @property
    def _builder(self) -> Builder:
        return self.env._app.builder

    def resolve(self, pending: Iterable[addnodes.pending_xref]) -> list[addnodes.pending_xref]:
        """Replace the references that MyST made of addresses; return the others."""
        others = []
        for node in pending:
            if is_address(node):
                self._lead(node)
            elif _is_link(node):
                self._stay(node)
            elif self._is_copied(node):
                file, anchor = self._file(node["reftarget"]), node.get("reftargetid")
                node["reftarget"] = "#".join(filter(None, (f"/{file}", anchor)))
                self._lead(node)
            else:
                others.append(node)
        return others

    def resolve_files(self, downloads: Iterable[addnodes.download_reference]) -> None:
        """Replace what MyST made of links to files that are no documents."""
        for node in downloads:
            if node.get("reftype") == "myst":
                self._lead(node)

    def resolve_html(self) -> None:
        """Have the addresses in a page of HTML lead to what they mean."""
        if self.env.doc2path(self.env.docname).suffix in HTML_ENDINGS:
            for raw in self.document.findall(nodes.raw):
                self._lead_in(raw)

    def _lead(self, node: nodes.Element) -> None:
        """Put a link to an address in the place of *node*."""
        target = str(node["reftarget"]).removeprefix("./")
        place = place_of(self._builder, self.env.docname, target)
        if place is None:
            self._report(node, target)
        elif hint := moved(self._builder, place):
            warn(Subtype.MOVED, hint, location=node)
        if not target:
            node.replace_self(node.children)
            return
        uri = self._uri(place, target) if place else target
        reference = nodes.reference("", "", internal=place is not None, refuri=uri)
        keep_attributes(node, reference)
        reference += self._text(node, place)
        node.replace_self(reference)

    def _text(self, node: nodes.Element, place: Place | None) -> list[nodes.Node]:
        """Return the text of a link; where none is written, the title of the article."""
        if place and not node.get("refexplicit"):
            article = article_at(self._builder, place)
            if article is not None:
                return [nodes.inline(article.title, article.title)]
        return list(node.children)

    def _lead_in(self, raw: nodes.raw) -> None:
        site, changed = domain_of(self.env).layout.site.url, []
        for one in addresses_in(raw):
            if not may_be_of_site(one.value, site):
                continue
            if place := place_of(self._builder, self.env.docname, one.value):
                changed.append((one, self._uri(place, one.value)))
                continue
            location = f"{self.env.doc2path(self.env.docname)}:{one.line}"
            if one.element == "img":
                message = f"image {one.value[:80]!r} is no file of the source (expected one)"
                warn(Subtype.IMAGE, f"{message}; left as it is", location=location)
            elif one.element in {"a", "area"}:
                self._report(location, one.value)
        if changed:
            raw.children = [nodes.Text(with_addresses(raw.astext(), changed))]

    @cached_property
    def _anchors_in_html(self) -> set[str]:
        """The ids in HTML that stands in the page as it is written."""
        raw = (node.astext() for node in self.document.findall(nodes.raw))
        return {one for text in raw if "=" in text for one in ANCHOR.findall(text)}

    def _stay(self, node: nodes.Element) -> None:
        """Lead within the page; an anchor that is not there may be an article's name."""
        anchor = str(node["reftarget"])
        if not node.get("reflocalid") and anchor not in self._anchors_in_html:
            if self._names_article(node, anchor):
                return
            found = f"link {f'#{anchor[:80]}'!r} leads to no heading and no anchor of this page"
            warn(Subtype.REF, f"{found} (expected the id of one); left as it is", location=node)
        reference = nodes.reference("", "", internal=True, refuri=f"#{anchor}")
        keep_attributes(node, reference)
        reference += node.children
        node.replace_self(reference)

    def _names_article(self, node: nodes.Element, name: str) -> bool:
        """Lead to the article of that name, if there is one."""
        builder = self._builder
        target = target_of(domain_of(self.env), builder, Reference(ANY, name))
        if not target.page:
            return False
        say(target, node)
        text = [] if node.astext() else [nodes.inline(target.title, target.title)]
        reference = link_to(builder, self.env.docname, target, [*(text or node.children)])
        keep_attributes(node, reference)
        node.replace_self(reference)
        return True

    def _is_copied(self, node: addnodes.pending_xref) -> bool:
        """Tell whether a document, for MyST, is none: Jekyll copies the file.

        What is withheld is none either.
        """
        if node.get("reftype") != "myst" or node.get("refdomain") != "doc":
            return False
        docname = node["reftarget"]
        articles = catalogue_of(self.env).by_docname
        return docname not in self.env.found_docs and docname not in articles

    def _file(self, docname: str) -> str:
        """Return the file that MyST has made *docname* of: it has found it there."""
        made = [f"{docname}{suffix}" for suffix in self.env.project.source_suffix]
        return next((one for one in made if (self.env.srcdir / one).is_file()), docname)

    def _uri(self, place: Place, target: str) -> str:
        """Return the address of a place, to which *target* leads, relative to this page."""
        behind = split_destination(target)[1].replace(" ", "%20")
        here = self._builder.get_target_uri(self.env.docname)
        # of the page itself it is empty, and no base path comes before that
        return relative_uri(here, uri_of(self._builder, place)) + behind or "#"

    def _report(self, node: nodes.Element | str, target: str) -> None:
        if target:
            said = nowhere(self._builder, self.env.docname, target)
            warn(Subtype.REF, f"link {target[:80]!r} leads to {said}; left as it is", location=node)
        else:
            warn(Subtype.REF, "link without an address; its text is shown", location=node)


def is_address(node: addnodes.pending_xref) -> bool:
    """Tell whether MyST made a reference of what looks like an address."""
    # of an anchor (#a) MyST keeps "a"; the parser has left no path that looks like one
    return _is_link(node) and _ADDRESS.match(str(node["reftarget"])) is not None


def _is_link(node: addnodes.pending_xref) -> bool:
    """Tell whether MyST made a reference of a link that names no file."""
    return node.get("reftype") == "myst" and not node.get("refdomain")


_ADDRESS = re.compile(r"\.{0,2}/|[^/]+://|$")
