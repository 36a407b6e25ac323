"""Feeding sphinx-sitemap: every page after every build, with the date of its last change."""

from __future__ import annotations

import queue
from typing import TYPE_CHECKING

from sphinx.util import logging
from sphinx_sitemap import create_sitemap

from broadsheet.model import NO_DATE
from broadsheet.publication import staging
from broadsheet.publication.builders import PublicationBuilder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.config import Config


def configure(app: Sphinx, config: Config) -> None:
    """Have no sitemap, and no warning about it, where the site's address is unknown."""
    if not (config.html_baseurl or config.site_url):
        config.suppress_warnings = [*config.suppress_warnings, "sitemap.configuration"]


def take_over(app: Sphinx) -> None:
    """Have sphinx-sitemap write when :func:`write` calls it, and at no other time.

    What pages tell it of their addresses is not asked for: in a queue between processes
    that takes 4 % of a build, and there are only those that this run has made.
    """
    if isinstance(app.builder, PublicationBuilder):
        app.sitemap_links = queue.SimpleQueue()  # type: ignore[attr-defined]
        staging.take_over(app, "sphinx_sitemap")


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the sitemap of all pages; there is none, and none left, without an address."""
    builder = app.builder
    if exception is not None or not isinstance(builder, PublicationBuilder):
        return
    links: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
    for link in sorted(_links(builder)):
        links.put(link)
    app.sitemap_links = links  # type: ignore[attr-defined]
    with builder.staging.made_by(app, "sitemap") as folder, logging.suppress_logging():
        # whose one message would name a file that is soon somewhere else
        (folder / app.config.sitemap_filename).parent.mkdir(parents=True, exist_ok=True)
        create_sitemap(app, None)


def _links(builder: PublicationBuilder) -> Iterator[tuple[str, str]]:
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
