"""The pages of listings and overviews."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from broadsheet.publication.builders import PublicationBuilder
from broadsheet.publication.press import Page
from broadsheet.rules.views import Link, ListingView, OverviewView

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docutils import nodes
    from sphinx.application import Sphinx


def collect(app: Sphinx, builder: PublicationBuilder) -> Iterator[Page]:
    """Give every page of every listing, and the overviews."""
    for name, listing in builder.views.listings():
        yield Page(name=name, template="broadsheet/listing.html", view=listing)
    for name, overview in builder.views.overviews():
        yield Page(name=name, template="broadsheet/overview.html", view=overview)


def add_context(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Give templates of listings their helpers, and Furo a page that has no document."""
    view = context.get("view")
    if not isinstance(view, ListingView | OverviewView):
        return
    assert isinstance(app.builder, PublicationBuilder)
    context |= app.builder.helpers(pagename)
    context["title"] = escape(view.title, quote=False)
    if isinstance(view, ListingView):
        relative = context["link"]
        if view.number:
            context["title"] += f": page {view.number}"
        context["prev"] = _related(view.newer, view, relative)
        context["next"] = _related(view.older, view, relative)


def _related(page: Link | None, view: ListingView, relative: Any) -> dict[str, str] | None:
    """Return another page of the listing as Furo's ``<link rel>`` expects it."""
    if page is None:
        return None
    # the first page carries the title of the listing, which may be a year
    title = page.title if page.title == view.title else f"Page {page.title}"
    return {"link": relative(page.uri), "title": escape(title, quote=False)}
