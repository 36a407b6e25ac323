"""The ``{post-list}`` directive: the newest articles on any page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from broadsheet.model import Subtype
from broadsheet.publication.builders import PublicationBuilder
from broadsheet.publication.domain import Query, domain_of
from broadsheet.publication.problems import warn

if TYPE_CHECKING:
    from collections.abc import Callable

    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

    from broadsheet.model import Article
    from broadsheet.rules.catalogue import Catalogue


class post_list(nodes.General, nodes.Element):  # noqa: N801 - docutils names nodes in lower case
    """Articles, looked up when the page is written."""


class PostList(SphinxDirective):
    """List the newest articles of the publication, a collection, an author, a tag, or a series."""

    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = {
        "limit": directives.nonnegative_int,
        "collection": directives.unchanged_required,
        "tag": directives.unchanged_required,
        "author": directives.unchanged_required,
        "category": directives.unchanged_required,
        "series": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Note the question; it is answered when the page is written."""
        query = Query(**{"limit": 5, **self.options})
        domain_of(self.env).note_query(self.env.docname, query)
        node = post_list(query=query)
        self.set_source_info(node)
        return [node]


def visit_html(translator: HTML5Translator, node: post_list) -> None:
    """Lay the articles out as cards; leave them out where no template of ours serves."""
    builder = translator.builder
    if isinstance(builder, PublicationBuilder):
        articles = _answer(node, domain_of(builder.env).catalogue)
        context = {
            "cards": [builder.views.card(article) for article in articles],
            **builder.helpers(builder.current_docname),
        }
        translator.body.append(builder.templates.render("broadsheet/cards.html", context))
    raise nodes.SkipNode


def _answer(node: post_list, catalogue: Catalogue) -> tuple[Article, ...]:
    """Return the articles of a list, and warn if it asks for what is not there.

    An edit of articles may change that where the document is not read again.
    """
    query: Query = node["query"]
    articles = query.of(catalogue)
    if articles is None:
        message = f"post-list finds nothing for {query} (expected a name that articles have); empty"
        warn(Subtype.REF, message, location=node)
    return articles or ()


def visit_text(translator: Any, node: post_list) -> None:
    """Leave the list out, whatever it asks for: in a book, the articles follow as chapters."""
    raise nodes.SkipNode


def register(app: Sphinx) -> None:
    """Make the directive and its node known to Sphinx."""
    app.add_directive("post-list", PostList)
    plain = (cast("Any", visit_text), None)
    app.add_node(
        post_list,
        html=(cast("Any", visit_html), None),
        latex=plain,
        text=plain,
        man=plain,
        texinfo=plain,
    )
