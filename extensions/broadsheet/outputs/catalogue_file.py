"""``articles.json``: the catalogue for programs."""

from __future__ import annotations

import json
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from broadsheet.publication.builders import PublicationBuilder
from broadsheet.publication.output_files import read_json, replace_text
from broadsheet.rules.digest import digest_of_bytes

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from broadsheet.model import Article

#: Raised when a key changes its meaning or goes; new keys leave it as it is.
VERSION = 1

NAME = "articles.json"

#: What the file was made of, kept between builds.
NOTES = "broadsheet-catalogue.json"

#: Of a line that nobody has written yet; no article has so few.
NO_WORDS = -1


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the file if its text has changed; one of the same name in the source comes first."""
    builder = app.builder
    if exception is not None or not isinstance(builder, PublicationBuilder):
        return
    if NAME in builder.places.given:
        builder.staging.expect("catalogue", (), others=builder.places.given)
        return
    path, notes = Path(app.outdir, NAME), Path(app.doctreedir, NOTES)
    listed = builder.domain.catalogue.listed
    former = _former_lines(builder, path, notes) or repeat((NO_WORDS, ""))
    lines = [
        line if words == article.words else _encoded(_entry(builder, article))
        for article, (words, line) in zip(listed, former)  # noqa: B905 - they may be without end
    ]
    data = _text(builder, lines).encode()
    with builder.staging.made_by(app, "catalogue") as folder:
        (folder / NAME).write_bytes(data)
    kept = {
        "version": VERSION,
        "all_but_texts": builder.digests.all_but_texts,
        "digest": digest_of_bytes(data),
        "words": [article.words for article in listed],
    }
    replace_text(notes, json.dumps(kept))


def _former_lines(builder: PublicationBuilder, path: Path, notes: Path) -> list[tuple[int, str]]:
    """Return the lines of the articles in the file, each with its number of words.

    While nothing but texts has changed, a line is another only where that number is.  Where
    more may have changed, or the file is not as it was left, there are none.
    """
    kept = read_json(notes, VERSION) or {}
    try:
        data = path.read_bytes()
    except OSError:
        return []
    made_of = (builder.digests.all_but_texts, digest_of_bytes(data))
    if made_of != (kept.get("all_but_texts"), kept.get("digest")):
        return []
    lines = [line.removesuffix(",") for line in data.decode().split("\n")]
    return list(zip(kept["words"], lines[1:], strict=False))  # a line follows them


_encoded = partial(json.dumps, ensure_ascii=False)


def _text(builder: PublicationBuilder, lines: list[str]) -> str:
    """Return the catalogue as JSON, an article a line, newest first.

    A line each is good to compare, and with ``indent`` Python's encoder is five times as slow.
    """
    site = builder.domain.catalogue.site
    head = {
        "title": site.title,
        "description": site.description,
        "url": site.url,
        "language": site.language,
    }
    articles = ",\n".join(lines)
    return f'{{"version": {VERSION}, "site": {_encoded(head)}, "articles": [\n{articles}\n]}}\n'


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
