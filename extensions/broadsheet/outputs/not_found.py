"""A page for addresses that lead nowhere, which hosts serve from any depth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from broadsheet.publication.builders import Page, PublicationBuilder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFoundView:
    """What the page shows."""

    title: str
    base_path: str  #: of the site's root, with a slash at both ends


def collect(app: Sphinx, builder: PublicationBuilder) -> Iterator[Page]:
    """Give the page; one written by hand stands in its place."""
    path = urlsplit(app.config.html_baseurl or "").path.strip("/")
    view = NotFoundView(title="Page not found", base_path=f"/{path}/" if path else "/")
    yield Page(name="404", template="broadsheet/404.html", view=view, indexed=False)
