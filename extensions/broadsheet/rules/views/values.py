"""The views: plain values that templates lay out.

Addresses in views start at the root of the site, without a slash.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from broadsheet.rules.views.citation_map import MapView


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A title and where it leads."""

    title: str
    uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Count(Link):
    """A link to a listing, with the number of its articles."""

    count: int
    depth: int = 0  #: 1 for a month under its year


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A date, for machines and for readers."""

    iso: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An image as a page shows it."""

    uri: str  #: from the site's root, or a whole address
    remote: bool
    alt: str = ""
    caption: str = ""
    width: int = 0
    height: int = 0
    shared: bool = False  #: pages and cards do not show it: it would be on all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An article as listings show it."""

    docname: str
    title: str
    uri: str
    date: Moment | None
    authors: tuple[Link, ...]
    et_al: bool
    description: str
    picture: Picture | None
    excerpt: str  #: Markdown; rendered when a page is made
    collection: Link | None
    language: str
    pinned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesPlace:
    """Which part of a series an article is."""

    series: Link
    number: int  #: from 1
    count: int
    previous: Link | None
    next: Link | None


class Sentence(NamedTuple):
    """A sentence that refers to an article, without markup."""

    before: str
    words: str  #: those that refer
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlink(Link):
    """An article that refers to the one that is shown."""

    date: Moment | None
    language: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlinks:
    """The articles that refer to the one that is shown, the newest first."""

    quoted: tuple[Backlink, ...]
    others: tuple[Backlink, ...]  #: older ones, where there are many: titles must do
    all_uri: str  #: of the page with the references of all articles


@dataclass(frozen=True, slots=True, kw_only=True)
class Related(Link):
    """An article that is about the same as the one that is shown."""

    authors: tuple[str, ...]
    et_al: bool
    collection: str  #: its title, "" where somebody has signed
    date: Moment | None
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    """An article's page, its body apart."""

    title: str
    description: str
    date: Moment | None
    updated: Moment | None
    authors: tuple[Link, ...]
    et_al: bool
    picture: Picture | None
    collection: Link | None
    tags: tuple[Link, ...]
    categories: tuple[Link, ...]
    series: SeriesPlace | None
    older: Link | None
    newer: Link | None
    backlinks: Backlinks | None
    map: MapView | None
    related: tuple[Related, ...]
    language: str
    listed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Who an author is, at the head of the author's page."""

    url: str
    links: tuple[tuple[str, str], ...]
    portrait: Picture | None
    biography: str  #: Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingView:
    """One page of a listing."""

    kind: str
    title: str
    count: int
    number: int  #: of the page, from the oldest; 0 for the first shown
    cards: tuple[Card, ...]
    newer: Link | None = None
    older: Link | None = None
    oldest: Link | None = None
    newest: Link | None = None
    parts: tuple[Count, ...] = ()  #: the months of a year
    profile: Profile | None = None
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesEntry(Link):
    """A part as the page of its series shows it."""

    date: Moment | None
    description: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesView:
    """The parts of a series, from the first on."""

    kind: str
    title: str
    parts: tuple[SeriesEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewView:
    """All authors, all tags, all categories, all series, or all years."""

    kind: str
    title: str
    entries: tuple[Count, ...]
