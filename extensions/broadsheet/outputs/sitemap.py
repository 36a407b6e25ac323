"""Feeding sphinx-sitemap: every page after every build, with the date of its last change."""

from __future__ import annotations

import queue
from functools import partial
from typing import TYPE_CHECKING

from sphinx.util import logging
from sphinx_sitemap import create_sitemap, is_excluded

from broadsheet.model import NO_DATE
from broadsheet.publication import staging
from broadsheet.publication.builders import PublicationBuilder
from broadsheet.rules.digest import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sphinx.application import Sphinx
    from sphinx.config import Config

MODULE = "sphinx_sitemap"


def configure(app: Sphinx, config: Config) -> None:
    """Have no sitemap, and no warning about it, where the site's address is unknown."""
    if not (config.html_baseurl or config.site_url):
        config.suppress_warnings = [*config.suppress_warnings, "sitemap.configuration"]


def take_over(app: Sphinx, config: Config) -> None:
    """Have sphinx-sitemap do nothing before :func:`write` calls it.

    It has pages tell of their addresses through a queue between processes.  Those would be
    the pages that this run has made; the process of the queue takes 0.1 s of every build,
    and the queue 4 % of a full one.
    """
    begun = staging.take_over(app, MODULE, "builder-inited")
    app.connect("builder-inited", partial(_begin, begun))


def _begin(begun: list[Callable[[Sphinx], None]], app: Sphinx) -> None:
    # what writes no pages has no sitemap, but would have a process for one
    if isinstance(app.builder, PublicationBuilder) or app.builder.format != "html":
        for event in ("html-page-context", "build-finished"):
            staging.take_over(app, MODULE, event)
    else:
        for begin in begun:
            begin(app)


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the sitemap of all pages; there is none, and none left, without an address."""
    builder = app.builder
    if exception is not None or not isinstance(builder, PublicationBuilder):
        return
    key = _key(builder)
    if builder.staging.is_made("sitemap", key):
        return
    links: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
    for link in sorted(_links(builder)):
        links.put(link)
    app.sitemap_links = links  # type: ignore[attr-defined] # its own
    with (
        builder.staging.made_by(app, "sitemap", others=builder.places.given, key=key) as folder,
        logging.suppress_logging(),
    ):
        # whose one message would name a file that is soon somewhere else
        (folder / app.config.sitemap_filename).parent.mkdir(parents=True, exist_ok=True)
        create_sitemap(app, None)


def _key(builder: PublicationBuilder) -> str:
    """Return the digest of all that the sitemap is made of."""
    config = builder.config
    named = [(one.name, one.value) for one in config if one.name.startswith(("sitemap_", "site_"))]
    is_given = config.sitemap_filename in builder.places.given
    languages = config.language, config.version, config.html_baseurl
    moved = sorted(builder.moved)
    return digest(builder.digests.all_but_texts, sorted(named), languages, is_given, moved)


def _links(builder: PublicationBuilder) -> Iterator[tuple[str, str]]:
    """Yield the address of every page that a search engine is to know, and its date."""
    excluded = builder.config.sitemap_excludes
    for name, lastmod in _pages(builder):
        uri, canonical = builder.get_target_uri(name), builder.canonical_uri(name)
        # a pattern may be of the file, or of the address that hosts serve it at
        if not (is_excluded(uri, excluded) or is_excluded(canonical, excluded)):
            yield canonical, lastmod


def _pages(builder: PublicationBuilder) -> Iterator[tuple[str, str]]:
    catalogue = builder.domain.catalogue
    hidden = builder.domain.layout.virtual | builder.moved | {"404"}  # also one written by hand
    for docname in builder.env.found_docs:
        if docname not in hidden and docname not in catalogue.by_docname:
            yield docname, ""
    for article in (one for one in catalogue.listed if not one.redirect_to):
        changed = article.updated or article.date
        yield article.docname, changed.isoformat() if changed != NO_DATE else ""
    for page in builder.pages:
        if page.indexed:
            yield page.name, ""
