"""Plain Sphinx on the articles of an archive; copied beside them as their ``conf.py``.

What makes it hopeless on a large archive is switched off, so that what is left is the cost of
the articles: Furo's navigation (seconds a page) and Sphinx's search (most of writing).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sphinx.builders.html import StandaloneHTMLBuilder

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

project = "Plain Sphinx"
root_doc = "plain-sphinx"
extensions = ["myst_parser"]
source_suffix = dict.fromkeys([".md", ".markdown", ".mkdown", ".mkdn", ".mkd"], "markdown")

html_theme = "furo"
html_copy_source = False
html_use_index = False
smartquotes = False
myst_title_to_header = True
suppress_warnings = ["myst.header"]  # thousands, about headings that start at h3


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", without_search)
    app.connect("doctree-read", as_orphan)
    app.connect("html-page-context", without_navigation, priority=400)  # before Furo (500)


def without_search(app: Sphinx) -> None:
    assert isinstance(app.builder, StandaloneHTMLBuilder)
    app.builder.search = False


def as_orphan(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the articles as they are, and Sphinx from missing them in a toctree."""
    app.env.metadata[app.env.docname]["orphan"] = True


def without_navigation(app: Sphinx, page: str, template: str, context: Any, doctree: Any) -> None:
    context["toctree"] = lambda **kwargs: ""
