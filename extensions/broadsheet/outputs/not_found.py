"""A page for addresses that lead nowhere, which hosts serve from any depth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from broadsheet.publication.builders import PublicationBuilder
from broadsheet.publication.press import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docutils import nodes
    from sphinx.application import Sphinx

NAME = "404"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFoundView:
    """What the page shows."""

    title: str


def collect(app: Sphinx, builder: PublicationBuilder) -> Iterator[Page]:
    """Give the page; one written by hand stands in its place."""
    make_view = partial(NotFoundView, title="Page not found")
    yield Page(name=NAME, template="broadsheet/404.html", make_view=make_view, indexed=False)


def add_context(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> str | None:
    """Have the links of the page, whoever wrote it, start at the root of the site."""
    if pagename != NAME or not isinstance(app.builder, PublicationBuilder):
        return None
    context["base_path"] = app.builder.root_path
    context["pageurl"] = None  # it is at no address of its own
    return "broadsheet/404.html"
