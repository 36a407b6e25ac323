"""The values of a report; each field is a key of its JSON form, declared once with its meaning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

#: Raised whenever a key is taken away or changes its meaning; a new key is no reason to.
SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What was looked at."""

    kind: Annotated[str, "`jekyll` or `sphinx`"]
    title: Annotated[str, "title of the site"]
    url: Annotated[str, "its address with the base path, or empty"]
    language: Annotated[str, "its language"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A name, and how often it occurs."""

    name: Annotated[str, "what is counted"]
    count: Annotated[int, "how often"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """The articles of a year."""

    year: Annotated[int, "the year"]
    count: Annotated[int, "its articles, published or not"]
    collections: Annotated[tuple[Count, ...], "the same by collection"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Articles:
    """How many articles there are, of what age, and how many are published."""

    total: Annotated[int, "all articles that were found"]
    published: Annotated[int, "those that a build publishes and lists"]
    unlisted: Annotated[int, "published and kept out of listings by their front matter"]
    hidden: Annotated[int, "hidden by Jekyll's entry filter; `--unlisted` builds them"]
    drafts: Annotated[int, "drafts"]
    future: Annotated[int, "dated in the future"]
    expired: Annotated[int, "whose `expiry_date` has passed"]
    unpublished: Annotated[int, "with `published: false`"]
    undated: Annotated[int, "without a date"]
    words: Annotated[int, "words of all articles; an ideograph counts as one"]
    years: Annotated[tuple[Year, ...], "articles by year, the oldest first"]
    collections: Annotated[tuple[Count, ...], "articles by collection"]
    pages: Annotated[int, "hand-written pages of a Jekyll repository"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterKey:
    """A key of the front matter."""

    name: Annotated[str, "the key"]
    count: Annotated[int, "articles that have it"]
    types: Annotated[tuple[Count, ...], "the types of its values"]
    used: Annotated[bool, "whether Broadsheet reads it; others are kept for templates"]
    meant: Annotated[str, "the key that it is probably meant to be, or empty"]
    path: Annotated[str, "the first file that has it"]
    line: Annotated[int, "the line there"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Authors:
    """Who signs."""

    strings: Annotated[int, "different bylines as they are written"]
    names: Annotated[int, "different authors that they are split into"]
    unsigned: Annotated[int, "articles without an author"]
    frequent: Annotated[tuple[Count, ...], "the authors of most articles, at most fifty"]
    merged: Annotated[tuple[tuple[str, ...], ...], "spellings that are taken for one author"]
    similar: Annotated[
        tuple[tuple[str, ...], ...],
        "names that differ in accents, case or spaces alone, and are taken for several authors",
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Construct:
    """Something that texts use."""

    name: Annotated[str, "the construct"]
    count: Annotated[int, "how often it occurs"]
    files: Annotated[int, "in how many files"]
    supported: Annotated[bool, "whether Broadsheet does with it what Jekyll does"]
    path: Annotated[str, "the first file"]
    line: Annotated[int, "the line there"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginUse:
    """A plug-in of Jekyll."""

    name: Annotated[str, "its name, or the file in `_plugins`"]
    counterpart: Annotated[str, "`same`, `theme` (its work is the theme's) or `none`"]
    text: Annotated[str, "what is there instead, or what is lost"]
    path: Annotated[str, "the file that names it"]
    line: Annotated[int, "the line there"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """What serves the look of the site and is not used."""

    name: Annotated[str, "`theme` or `remote_theme` of `_config.yml`"]
    layouts: Annotated[tuple[str, ...], "files in `_layouts`"]
    includes: Annotated[tuple[str, ...], "files in `_includes`"]
    layouts_of_articles: Annotated[tuple[Count, ...], "the layouts that articles name"]
    pages: Annotated[
        tuple[str, ...],
        "files with front matter that are neither Markdown nor HTML; they are left out",
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCounts:
    """Links."""

    total: Annotated[int, "links in all texts"]
    internal: Annotated[int, "those to pages, files and anchors of the site"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageCounts:
    """Images in texts; lead images stand in the front matter."""

    total: Annotated[int, "images that are well formed"]
    remote: Annotated[int, "those on other hosts"]
    without_alt: Annotated[int, "those without an alternative text"]
    lead: Annotated[int, "articles with a lead image"]
    hosts: Annotated[tuple[Count, ...], "hosts of remote images, lead images included"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slug:
    """Articles that have one name once the date is dropped."""

    name: Annotated[str, "the name"]
    paths: Annotated[tuple[str, ...], "the files"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCount:
    """A kind of findings that there are."""

    kind: Annotated[str, "the kind"]
    count: Annotated[int, "how many"]
    files: Annotated[int, "in how many files"]
    fault: Annotated[bool, "whether it is broken or unsupported; `--strict` counts these"]
    meaning: Annotated[str, "what findings of this kind are about"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A finding."""

    path: Annotated[str, "the file, relative to SOURCE"]
    line: Annotated[int, "the line, counted from 1; 0 for the whole file"]
    kind: Annotated[str, "the kind"]
    text: Annotated[str, "what was found, in one line"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that an audit has to say."""

    schema: Annotated[int, "version of this form, now 1; new keys do not raise it"]
    generator: Annotated[str, "the program and its version"]
    verdict: Annotated[tuple[str, ...], "what will be different from Jekyll, the gravest first"]
    source: Annotated[Source, "what was looked at"]
    articles: Annotated[Articles, "how many articles there are"]
    front_matter: Annotated[tuple[MatterKey, ...], "the keys of the front matter"]
    authors: Annotated[Authors, "who signs"]
    languages: Annotated[tuple[Count, ...], "articles by language"]
    dialect: Annotated[tuple[Construct, ...], "constructs of Markdown and kramdown"]
    html: Annotated[tuple[Construct, ...], "elements of HTML"]
    code: Annotated[tuple[Construct, ...], "languages of code; supported is what can be coloured"]
    liquid_tags: Annotated[tuple[Construct, ...], "tags of Liquid outside code"]
    liquid_filters: Annotated[tuple[Construct, ...], "filters of Liquid outside code"]
    plugins: Annotated[tuple[PluginUse, ...], "plug-ins of Jekyll"]
    theme: Annotated[Theme, "what serves the look of the site and is not used"]
    links: Annotated[LinkCounts, "links"]
    images: Annotated[ImageCounts, "images in texts"]
    slugs: Annotated[tuple[Slug, ...], "names that several articles have without the date"]
    kinds: Annotated[tuple[KindCount, ...], "the kinds of findings that there are"]
    findings: Annotated[
        tuple[Row, ...], "all findings by place; of one kind at most a hundred for each file"
    ]

    @property
    def faults(self) -> int:
        """How many findings are broken or not supported."""
        return sum(one.count for one in self.kinds if one.fault)


def by_count(numbers: Counter[str]) -> tuple[Count, ...]:
    """Return numbers, the greatest first; names of excessive length are cut."""
    found = (Count(name=name[:120], count=count) for name, count in numbers.items())
    return tuple(sorted(found, key=lambda one: (-one.count, one.name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A row of a chart."""

    label: str
    count: int
    parts: tuple[Count, ...]  #: by collection


def bars(years: tuple[Year, ...], most: int = 20) -> tuple[Bar, ...]:
    """Return a chart of years with *most* rows; more than that, and the oldest share one."""
    early = years[: len(years) - most + 1] if len(years) > most else ()
    shown = [
        Bar(label=str(one.year), count=one.count, parts=one.collections)
        for one in years[len(early) :]
    ]
    if not early:
        return tuple(shown)
    parts: Counter[str] = Counter()
    for year in early:
        parts.update({one.name: one.count for one in year.collections})
    label = f"{early[0].year}-{early[-1].year}"
    return (Bar(label=label, count=parts.total(), parts=by_count(parts)), *shown)


def keys() -> Iterator[tuple[str, str]]:
    """Yield each key of the JSON form, with its meaning: ``articles.years[].count``.

    Of values that stand in several places the keys are given in the first.
    """
    yield from _keys(Report, "", set())


def _keys(kind: type[Any], prefix: str, seen: set[type[Any]]) -> Iterator[tuple[str, str]]:
    hints = get_type_hints(kind, include_extras=True)
    for one in fields(kind):
        hint, meaning = get_args(hints[one.name])
        yield f"{prefix}{one.name}", meaning
        inner, mark = _inner(hint)
        if inner is not None and inner not in seen:
            seen.add(inner)
            yield from _keys(inner, f"{prefix}{one.name}{mark}.", seen)


def _inner(hint: Any) -> tuple[type[Any] | None, str]:
    """Return the values that a key holds, if they have keys of their own, and ``[]`` for a list."""
    mark = "[]" if get_origin(hint) is tuple else ""
    inner = get_args(hint)[0] if mark else hint
    return (inner, mark) if isinstance(inner, type) and is_dataclass(inner) else (None, mark)
