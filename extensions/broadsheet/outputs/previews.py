"""The script that shows previews, on the pages that have something to show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from broadsheet.publication import PREVIEW_SCRIPT
from broadsheet.publication.builders import PublicationBuilder
from broadsheet.publication.previews import ATTRIBUTE
from broadsheet.rules.views import ArticleView, SeriesView

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

#: What the reference to a footnote has, of either dialect.
NOTE = 'role="doc-noteref"'


def add_context(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Load the script on a page with links to articles, or with footnotes."""
    builder = app.builder
    if not isinstance(builder, PublicationBuilder) or not app.config.broadsheet_previews:
        return
    body, view = context.get("body") or "", context.get("view")
    if ATTRIBUTE in body or NOTE in body or _has_links(view):
        # of the builder: the application would keep it for all pages
        builder.add_js_file(PREVIEW_SCRIPT.name, defer="defer")


def _has_links(view: object) -> bool:
    """Tell whether the template has links to articles, besides those of the text."""
    if isinstance(view, ArticleView):
        return bool(view.older or view.newer or view.series or view.backlinks or view.related)
    return isinstance(view, SeriesView)
