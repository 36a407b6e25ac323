"""Feeding sphinx-sitemap: every page after every build, with the date of its last change."""

from __future__ import annotations

import queue
from typing import TYPE_CHECKING

from broadsheet.model import NO_DATE
from broadsheet.publication.builders import PublicationBuilder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.config import Config


def configure(app: Sphinx, config: Config) -> None:
    """Have no sitemap, and no warning about it, where the site's address is unknown."""
    if not (config.html_baseurl or config.site_url):
        config.suppress_warnings = [*config.suppress_warnings, "sitemap.configuration"]


def replace_queue(app: Sphinx) -> None:
    """Have pages note their addresses in their own process, where nobody asks for them.

    Between processes it takes 4 % of a build, and :func:`feed` knows all addresses.
    """
    if hasattr(app, "sitemap_links"):
        app.sitemap_links = queue.SimpleQueue()


def feed(app: Sphinx, exception: Exception | None) -> None:
    """Replace the pages that this run wrote by all that there are."""
    builder = app.builder
    links = getattr(app, "sitemap_links", None)
    if exception is not None or links is None or not isinstance(builder, PublicationBuilder):
        return
    with_links = sorted(_links(builder))
    try:
        while True:
            links.get_nowait()
    except queue.Empty:
        pass
    for link in with_links:
        links.put(link)


def _links(builder: PublicationBuilder) -> Iterator[tuple[str, str | None]]:
    """Yield the address of every page that a search engine is to know, and its date."""
    catalogue = builder.domain.catalogue
    hidden = builder.domain.layout.virtual | {"404"}  # also one written by hand
    for docname in builder.env.found_docs:
        if docname not in hidden and docname not in catalogue.by_docname:
            yield builder.get_target_uri(docname), ""
    for article in catalogue.listed:
        changed = article.updated or article.date
        lastmod = changed.isoformat() if changed != NO_DATE else ""
        yield builder.get_target_uri(article.docname), lastmod
    for page in builder.pages:
        if page.indexed:
            yield builder.get_target_uri(page.name), ""
