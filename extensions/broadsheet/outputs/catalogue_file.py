"""``articles.json``: the catalogue for programs."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import partial
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from broadsheet.publication.builders import PublicationBuilder
from broadsheet.publication.file_states import FileState
from broadsheet.publication.output_files import read_json, replace_text
from broadsheet.rules.digest import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sphinx.application import Sphinx

    from broadsheet.model import Article

#: Raised when a key changes its meaning or goes; new keys leave it as it is.
VERSION = 1

NAME = "articles.json"

#: What the file was made of, and what each of its lines was, texts apart, kept between builds; and
#: the version of these.
NOTES, KEYS = "broadsheet-catalogue.json", "broadsheet-catalogue-lines.json"
NOTES_VERSION = 3


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the file if its text has changed; one of the same name in the source comes first."""
    builder = app.builder
    if exception is not None or not isinstance(builder, PublicationBuilder):
        return
    if NAME in builder.places.given:
        builder.staging.expect("catalogue", (), others=builder.places.given)
        return
    outdir, notes = Path(app.outdir), Path(app.doctreedir, NOTES)
    words = [article.words for article in builder.domain.catalogue.listed]
    key = digest(builder.digests.all_but_texts, words)
    if builder.staging.is_made("catalogue", key):
        return
    kept = _kept(outdir, notes)
    all_but_texts = builder.digests.all_but_texts
    if kept and kept["all_but_texts"] == all_but_texts and len(kept["words"]) == len(words):
        pieces: Iterable[bytes | memoryview] = _mended(builder, outdir / NAME, kept["words"])
    else:
        keys = _keys(builder)
        pieces = [_text(builder, keys, _former_lines(app, kept) if kept else {}).encode()]
        lines = {"version": NOTES_VERSION, "all_but_texts": all_but_texts, "lines": keys}
        replace_text(Path(app.doctreedir, KEYS), json.dumps(lines))
    with (
        builder.staging.made_by(app, "catalogue", key=key) as folder,
        (folder / NAME).open("wb") as file,
    ):
        file.writelines(pieces)
    kept = {
        "version": NOTES_VERSION,
        "all_but_texts": all_but_texts,
        "words": words,
        "state": FileState.of_output(outdir, NAME),
    }
    replace_text(notes, json.dumps(kept))


def _kept(outdir: Path, notes: Path) -> dict[str, Any]:
    """Return what is known of the file, if that can be used and the file is as it was left."""
    kept = read_json(notes, NOTES_VERSION) or {}
    with suppress(TypeError, KeyError):
        if FileState(*kept["state"]).is_in(outdir) and isinstance(kept["words"], list):
            return {"all_but_texts": kept["all_but_texts"], "words": kept["words"]}
    return {}


def _mended(
    builder: PublicationBuilder, path: Path, before: list[int]
) -> Iterator[bytes | memoryview]:
    """Yield the file with new lines for the articles whose number of words has changed.

    While nothing but texts has, all others are as they were; they are never read as a whole.
    """
    with (
        path.open("rb") as file,
        mmap(file.fileno(), 0, access=ACCESS_READ) as data,
        memoryview(data) as view,
    ):
        done = 0
        for article, words in zip(builder.domain.catalogue.listed, before, strict=True):
            if article.words != words:
                line = _encoded(_entry(builder, article)).encode()
                address = line[: line.index(b", ")]  # it comes first, and has no space
                start = data.find(b"\n" + address, done) + 1
                end = data.find(b"\n", start)
                yield view[done:start]
                yield line
                done = end - (data[end - 1] == ord(","))
        yield view[done:]


def _keys(builder: PublicationBuilder) -> list[str]:
    """Return, of each article, what its line is made of besides the number of words."""
    catalogue, digests = builder.domain.catalogue, builder.digests
    site = digest(catalogue.site, builder.excerpts.reading)
    keys = []
    for article in catalogue.listed:
        part = catalogue.parts.get(article.docname)
        place = f" {part.place} {part.group.title}" if part else ""
        keys.append(f"{site[:8]} {digests.card(article)}{place}")
    return keys


def _former_lines(app: Sphinx, kept: Mapping[str, Any]) -> dict[tuple[str, int], str]:
    """Return the lines of the file as it is, by their keys and numbers of words."""
    known = read_json(Path(app.doctreedir, KEYS), NOTES_VERSION) or {}
    keys = known.get("lines")
    if known.get("all_but_texts") != kept["all_but_texts"] or not isinstance(keys, list):
        return {}
    lines = Path(app.outdir, NAME).read_text("utf-8").split("\n")[1:-2]
    if not len(keys) == len(kept["words"]) == len(lines):  # or there is no article
        return {}
    stripped = (line.removesuffix(",") for line in lines)
    return dict(zip(zip(keys, kept["words"], strict=True), stripped, strict=True))


_encoded = partial(json.dumps, ensure_ascii=False)


def _text(
    builder: PublicationBuilder, keys: list[str], former: Mapping[tuple[str, int], str]
) -> str:
    """Return the catalogue as JSON, an article a line, newest first; *former* lines are kept.

    A line each is good to compare, and with ``indent`` Python's encoder is five times as slow.
    """
    catalogue = builder.domain.catalogue
    site = catalogue.site
    head = {
        "title": site.title,
        "description": site.description,
        "url": site.url,
        "language": site.language,
    }
    articles = ",\n".join(
        former.get((key, article.words)) or _encoded(_entry(builder, article))
        for key, article in zip(keys, catalogue.listed, strict=True)
    )
    return f'{{"version": {VERSION}, "site": {_encoded(head)}, "articles": [\n{articles}\n]}}\n'


def _entry(builder: PublicationBuilder, article: Article) -> dict[str, Any]:
    catalogue = builder.domain.catalogue
    picture = builder.views.card(article).picture
    if picture and picture.shared:
        picture = None  # of all articles, and so of none
    address, url = builder.get_target_uri(article.docname), catalogue.site.url
    part = catalogue.parts.get(article.docname)
    return {
        "address": address,
        "url": url + builder.canonical_uri(article.docname) if url else None,
        "title": article.title,
        "description": article.description,
        "authors": [{"name": catalogue.authors[key].name, "key": key} for key in article.authors],
        "et_al": article.et_al,
        "date": article.date.isoformat() if article.dated else None,
        "updated": article.updated.isoformat() if article.updated else None,
        "collection": article.collection,
        "tags": list(article.tags),
        "categories": list(article.categories),
        "series": part.group.title if part else None,
        "part": part.place + 1 if part else None,
        "language": article.language or catalogue.site.language,
        "words": article.words,
        "excerpt": builder.excerpts.text(article.docname),
        "image": picture.uri if picture else None,
        "image_caption": (picture.caption or None) if picture else None,
        "source": article.path,
    }
