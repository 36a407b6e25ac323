"""Who refers to whom: the page with the map, and the same as data."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from broadsheet.publication.builders import PublicationBuilder
from broadsheet.publication.builders.templates import REFERENCES
from broadsheet.publication.press import Page
from broadsheet.rules.views.backlinks import PAGE
from broadsheet.rules.views.citation_map import CitationMap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

    from broadsheet.rules.citations import Citation

#: Raised when a key changes its meaning or goes; new keys leave it as it is.
VERSION = 1


def collect(app: Sphinx, builder: PublicationBuilder) -> Iterator[Page]:
    """Give the page of the map, if any article refers to another."""
    citations = builder.domain.citations
    if citations.given:
        content = CitationMap(citations=citations, uri=builder.get_target_uri)
        yield Page(name=PAGE, template="broadsheet/citations.html", content=content)


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the data if they have changed; a file of the same name in the source comes first."""
    builder = app.builder
    if exception is not None or not isinstance(builder, PublicationBuilder):
        return
    if REFERENCES in builder.places.given:
        builder.staging.expect("references", (), others=builder.places.given)
        return
    key = builder.digests.all_but_texts
    if not builder.staging.is_made("references", key):
        with builder.staging.made_by(app, "references", key=key) as folder:
            (folder / REFERENCES).write_text(_text(builder), encoding="utf-8", newline="\n")


def _text(builder: PublicationBuilder) -> str:
    """Return all references as JSON, a line each: the newest article's first, as in its text."""
    given = builder.domain.citations.given.values()
    lines = ",\n".join(_encoded(_entry(builder, one)) for found in given for one in found)
    return f'{{"version": {VERSION}, "references": [\n{lines}\n]}}\n'


_encoded = partial(json.dumps, ensure_ascii=False)


def _entry(builder: PublicationBuilder, one: Citation) -> dict[str, Any]:
    mention = one.mention
    return {
        "from": builder.get_target_uri(one.article.docname),
        "to": builder.get_target_uri(one.target.docname),
        "anchor": one.anchor or None,
        "sentence": [mention.before, mention.words or one.target.title, mention.after],
    }
