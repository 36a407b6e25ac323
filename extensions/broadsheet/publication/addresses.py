"""What the destination of a link means: an article, a page, a file, or nothing."""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from broadsheet.publication.domain import domain_of
from broadsheet.rules.catalogue import joined

if TYPE_CHECKING:
    from sphinx.builders import Builder

    from broadsheet.model import Article


def resolve(builder: Builder, docname: str, destination: str) -> str | None:
    """Return the address below the site's root that a Jekyll link in *docname* means, or None."""
    domain = domain_of(builder.env)
    folder = posixpath.dirname(unquote(builder.get_target_uri(docname)))
    address = domain.catalogue.address_of(destination, folder)
    article = domain.catalogue.by_address.get(address)
    page = address.removesuffix(".html")
    if article is not None:
        return builder.get_target_uri(article.docname)
    if address in domain.layout.static_addresses:
        return quote(address)
    if page in domain.layout.pages:
        return builder.get_target_uri(page)
    return None


def meaning(builder: Builder, article: Article, destination: str) -> object:
    """Return a value that changes whenever a link in *article* comes to mean something else."""
    env = builder.env
    domain = domain_of(env)
    target = domain.catalogue.target_of(destination, article)
    if target is not None:
        return target.title, builder.get_target_uri(target.docname)
    address = resolve(builder, article.docname, destination) if domain.options.jekyll else None
    path = joined(destination, posixpath.dirname(article.path))
    is_document = env.project.path2doc(path) in env.found_docs
    return address, is_document, Path(env.srcdir, path).is_file()
