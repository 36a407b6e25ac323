"""Headings that other articles refer to: each says by which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.locale import _
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.osutil import relative_uri

from broadsheet.publication.builders import PublicationBuilder
from broadsheet.rules.views.backlinks import section_links

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from broadsheet.rules.views import Link

#: Articles that are named below a heading; all stand at the end of the text.
MOST = 4


class NameCitingArticles(SphinxPostTransform):
    """Name below each heading the articles that refer to it."""

    formats = ("html",)
    default_priority = 960  # after whatever may look at headings

    def run(self, **kwargs: object) -> None:
        """Put a line below the titles of the sections that are referred to."""
        builder = self.env._app.builder
        if not isinstance(builder, PublicationBuilder):
            return  # a book has its index
        article = builder.domain.catalogue.by_docname.get(self.env.docname)
        if article is None:
            return
        found = section_links(builder.domain.citations, article, uri=builder.get_target_uri)
        by_anchor = dict(found)
        if not by_anchor:
            return
        page = builder.get_target_uri(self.env.docname)
        for section in list(self.document.findall(nodes.section)):
            links = [link for id_ in section["ids"] for link in by_anchor.get(id_, ())]
            if links and isinstance(section[0], nodes.title):
                section.insert(1, _line(page, list(dict.fromkeys(links))))


def _line(page: str, links: list[Link]) -> nodes.paragraph:
    line = nodes.paragraph(classes=["broadsheet-cited-here"])
    line += [nodes.Text(_("Cited by")), nodes.Text(" "), *_names(page, links[:MOST])]
    if len(links) > MOST:
        line += nodes.Text(f", {len(links) - MOST} " + _("more"))
    return line


def _names(page: str, links: Iterable[Link]) -> Iterator[nodes.Node]:
    for number, link in enumerate(links):
        if number:
            yield nodes.Text(", ")
        uri = relative_uri(page, link.uri)
        yield nodes.reference(link.title, link.title, internal=True, refuri=uri)
