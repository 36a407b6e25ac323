"""The pages of listings and overviews."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from broadsheet.publication.builders import PublicationBuilder
from broadsheet.publication.press import Page
from broadsheet.rules.views import Link, ListingView

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docutils import nodes
    from sphinx.application import Sphinx


def collect(app: Sphinx, builder: PublicationBuilder) -> Iterator[Page]:
    """Give every page of every listing, and the overviews."""
    for name, listing in builder.views.listings:
        yield Page(name=name, template="broadsheet/listing.html", content=listing)
    for name, series in builder.views.series():
        yield Page(name=name, template="broadsheet/series.html", content=series)
    for name, overview in builder.views.overviews():
        yield Page(name=name, template="broadsheet/overview.html", content=overview)


def add_context(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Tell the pages of a listing apart by their numbers, and link each to those beside it."""
    view = context.get("view")
    if not isinstance(view, ListingView):
        return
    builder = app.builder
    assert isinstance(builder, PublicationBuilder)
    if view.number:
        context["title"] += f": page {view.number}"
    context["prev"] = builder.related(pagename, _titled(view.newer, view))
    context["next"] = builder.related(pagename, _titled(view.older, view))


def _titled(page: Link | None, view: ListingView) -> Link | None:
    """Return a page of the listing with a title that can stand alone."""
    # the first page carries the title of the listing, which may be a year
    if page is None or page.title == view.title:
        return page
    return replace(page, title=f"Page {page.title}")
