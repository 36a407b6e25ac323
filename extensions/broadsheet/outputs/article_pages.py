"""The page of an article: its view, its neighbours, its template."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from broadsheet.publication.builders import PublicationBuilder

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx


def add_context(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> str | None:
    """Lay an article out with our template; leave every other page alone."""
    builder = app.builder
    if not isinstance(builder, PublicationBuilder):
        return None
    article = builder.domain.catalogue.by_docname.get(pagename)
    if article is None:
        return None
    view = builder.views.article(article)
    context |= builder.helpers(pagename)
    context["view"] = view
    context["title"] = escape(view.title, quote=False)
    context["front_matter"] = article.front_matter
    context["prev"] = builder.related(pagename, view.older)
    context["next"] = builder.related(pagename, view.newer)
    context["parents"] = []
    if view.language:
        context["language"] = view.language
    return "broadsheet/article.html"
