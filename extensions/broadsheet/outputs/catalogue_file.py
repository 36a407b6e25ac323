"""``articles.json``: the catalogue for programs."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from broadsheet.publication.builders import PublicationBuilder

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from broadsheet.model import Article

#: Raised when a key changes its meaning or goes; new keys leave it as it is.
VERSION = 1

NAME = "articles.json"


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the file if its text has changed; one of the same name in the source comes first."""
    builder = app.builder
    if exception is not None or not isinstance(builder, PublicationBuilder):
        return
    if NAME in builder.given:
        builder.staging.expect("catalogue", (), others=builder.given)
        return
    with builder.staging.made_by(app, "catalogue") as folder:
        (folder / NAME).write_text(_text(builder), encoding="utf-8", newline="")


def _text(builder: PublicationBuilder) -> str:
    """Return the catalogue as JSON, an article a line, newest first.

    A line each is good to compare, and with ``indent`` Python's encoder is five times as slow.
    """
    site = builder.domain.catalogue.site
    encode = partial(json.dumps, ensure_ascii=False)
    head = {
        "title": site.title,
        "description": site.description,
        "url": site.url,
        "language": site.language,
    }
    entries = (_entry(builder, article) for article in builder.domain.catalogue.listed)
    articles = ",\n".join(map(encode, entries))
    return f'{{"version": {VERSION}, "site": {encode(head)}, "articles": [\n{articles}\n]}}\n'


def _entry(builder: PublicationBuilder, article: Article) -> dict[str, Any]:
    catalogue = builder.domain.catalogue
    picture = builder.views.card(article).picture
    address = builder.get_target_uri(article.docname)
    return {
        "address": address,
        "url": catalogue.site.url + address if catalogue.site.url else None,
        "title": article.title,
        "description": article.description,
        "authors": [{"name": catalogue.authors[key].name, "key": key} for key in article.authors],
        "et_al": article.et_al,
        "date": article.date.isoformat() if article.dated else None,
        "updated": article.updated.isoformat() if article.updated else None,
        "collection": article.collection,
        "tags": list(article.tags),
        "categories": list(article.categories),
        "series": article.series or None,
        "language": article.language or catalogue.site.language,
        "words": article.words,
        "excerpt": builder.excerpts.text(article.docname),
        "image": picture.uri if picture else None,
        "image_caption": (picture.caption or None) if picture else None,
        "source": article.path,
    }
