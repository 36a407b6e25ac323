"""What pages show: plain values, made of the catalogue alone, that templates lay out.

A view holds everything of the catalogue that its page shows, and nothing else;
so the digest of the view tells whether the page has to be made again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

import babel
from babel.dates import format_date

from broadsheet.rules.catalogue import Catalogue, Group, Kind
from broadsheet.rules.listing_folders import listing_folders
from broadsheet.rules.pagination import Page, paginate
from broadsheet.rules.views import citation_map
from broadsheet.rules.views.backlinks import backlink_facts, backlinks
from broadsheet.rules.views.related import related_facts, related_views
from broadsheet.rules.views.values import (
    ArticleView,
    Card,
    Count,
    Link,
    ListingView,
    Moment,
    OverviewView,
    Picture,
    Profile,
    SeriesEntry,
    SeriesPlace,
    SeriesView,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from broadsheet.model import Article, Author, Image
    from broadsheet.rules.citations import Citations

__all__ = [
    "OVERVIEW_TITLES",
    "ArticleView",
    "Link",
    "Listing",
    "ListingView",
    "OverviewView",
    "SeriesView",
    "Views",
]


@dataclass(frozen=True, kw_only=True)
class Views:
    """Make the views of one publication; *uri* gives the address of a page's name."""

    catalogue: Catalogue
    citations: Citations
    uri: Callable[[str], str]
    related: Callable[[Article], tuple[Article, ...]] = lambda _: ()
    picture_uri: Callable[[str], str] = str  #: address of an image by its source path
    front: str = "index"  #: name of the front listing's page; "" for no such listing
    asked: Mapping[str, str] = field(default_factory=dict)  #: pages there must be, with titles
    size: int = 25  #: articles a page
    date_format: str = "d MMMM y"  #: a pattern of Unicode's LDML
    _cards: dict[str, Card] = field(default_factory=dict)

    # names of pages

    def listing_name(self, kind: Kind, key: str, number: int = 0) -> str:
        """Return the name of a listing's page; 0 is the first one shown."""
        base = self._folders[kind]
        if kind is Kind.FRONT:
            return self.front if not number else _below(self.front, f"page/{number}")
        stem = "/".join(part for part in (base, key) if part)
        return f"{stem}/index" if not number else f"{stem}/page/{number}"

    def overview_name(self, kind: Kind) -> str:
        """Return the name of the page that lists all groups of *kind*."""
        return f"{self._folders[kind]}/index"

    @cached_property
    def _folders(self) -> Mapping[Kind, str]:
        return listing_folders(self.catalogue.collections)

    # articles

    def article(self, article: Article) -> ArticleView:
        """View *article* as its own page does."""
        older, newer = self.catalogue.neighbours.get(article.docname, (None, None))
        return ArticleView(
            title=article.title,
            description=article.description,
            date=self._date(article),
            updated=self.moment(article.updated) if article.updated else None,
            authors=self._bylines(article),
            et_al=article.et_al,
            picture=self._picture(article.image),
            collection=self._collection(article) if article.listed else None,
            tags=self._names(article, Kind.TAG, article.tags),
            categories=self._names(article, Kind.CATEGORY, article.categories),
            series=self._series(article),
            older=self._link(older),
            newer=self._link(newer),
            backlinks=backlinks(self.citations, article, uri=self.uri, moment=self._date),
            map=citation_map.near(self.citations, article, uri=self.uri),
            related=related_views(
                self.catalogue, self.related(article), uri=self.uri, moment=self._date
            ),
            language=article.language,
            listed=article.listed,
        )

    def article_facts(self, article: Article) -> tuple[object, ...]:
        """Return all that :meth:`article` makes its view of, which costs a tenth of the view."""
        older, newer = self.catalogue.neighbours.get(article.docname, (None, None))
        return (
            self._facts(article),
            [link.uri for link in self._names(article, Kind.TAG, article.tags)],
            [link.uri for link in self._names(article, Kind.CATEGORY, article.categories)],
            self._series(article),
            older and (older.title, self.uri(older.docname)),
            newer and (newer.title, self.uri(newer.docname)),
            backlink_facts(self.citations, article, uri=self.uri),
            citation_map.near_facts(self.citations, article, uri=self.uri),
            related_facts(self.catalogue, self.related(article), uri=self.uri),
        )

    def card_facts(self, article: Article) -> tuple[object, ...]:
        """Return all that :meth:`card` makes its view of."""
        targets = [(one.title, self.uri(one.docname)) for one in self._targets(article)]
        return self._facts(article), self.uri(article.docname), targets

    def card(self, article: Article) -> Card:
        """View *article* as listings do."""
        card = self._cards.get(article.docname)
        if card is None:
            card = self._cards[article.docname] = Card(
                docname=article.docname,
                title=article.title,
                uri=self.uri(article.docname),
                date=self._date(article),
                authors=self._bylines(article),
                et_al=article.et_al,
                description=article.description,
                picture=self._picture(article.image),
                excerpt=article.excerpt,
                collection=self._collection(article),
                language=article.language,
                pinned=article.pinned,
            )
        return card

    # listings

    @cached_property
    def listings(self) -> tuple[tuple[str, Listing], ...]:
        """The pages of every listing, by name, each with what makes its view."""
        return tuple(self._listings())

    def _listings(self) -> Iterator[tuple[str, Listing]]:
        for kind, groups in self.catalogue.groups.items():
            if kind is Kind.SERIES or (kind is Kind.FRONT and not self.front):
                continue
            for group in groups.values():
                for page in paginate(len(group.articles), self.size):
                    name = self.listing_name(kind, group.key, page.number)
                    yield name, Listing(self, kind, group, page)

    def series(self) -> Iterator[tuple[str, Series]]:
        """Name the page of every series, likewise."""
        for key, group in self.catalogue.groups[Kind.SERIES].items():
            yield self.listing_name(Kind.SERIES, key), Series(views=self, group=group)

    def overviews(self) -> Iterator[tuple[str, Overview | Empty]]:
        """Name the pages that list all authors, tags, categories and years, likewise.

        A listing that is asked for is there even if nothing is in it.
        """
        groups = self.catalogue.groups
        made = {self.listing_name(Kind.COLLECTION, key) for key in groups[Kind.COLLECTION]}
        for kind in OVERVIEW_TITLES:
            if groups[kind]:
                made.add(self.overview_name(kind))
                yield self.overview_name(kind), Overview(views=self, kind=kind)
        for name in sorted(self.asked.keys() - made):
            yield name, Empty(title=self.asked[name])

    def without_cards(self, kind: Kind, group: Group, page: Page) -> ListingView:
        """View a page of a listing, the articles on it apart."""
        first = page.number == 0  # of what stands on it alone, the others know nothing
        return ListingView(
            kind=kind,
            title=self.title_of(group),
            count=len(group.articles) if first else 0,  # on every page, it would rewrite every page
            number=page.number,
            cards=(),
            newer=self._page(kind, group, page.newer),
            older=self._page(kind, group, page.older),
            newest=None if first else self._page(kind, group, 0),
            oldest=self._page(kind, group, page.oldest),
            parts=tuple(self._months(group.key)) if kind is Kind.YEAR and first else (),
            profile=self._profile(group.key) if kind is Kind.AUTHOR and first else None,
            description=self.catalogue.site.description if kind is Kind.FRONT else "",
        )

    def _page(self, kind: Kind, group: Group, number: int | None) -> Link | None:
        if number is None:
            return None
        title = str(number) if number else self.title_of(group)
        return Link(title=title, uri=self.uri(self.listing_name(kind, group.key, number)))

    def title_of(self, group: Group) -> str:
        """Return a group's title as readers know it: "November 2025" for ``2025/11``."""
        if group.kind is Kind.MONTH:
            first = group.articles[0].date
            return str(format_date(first, "LLLL y", locale=self._locale))
        return group.title

    def entries(self, kind: Kind) -> Iterator[Count]:
        """Link to the listings of *kind*; each year is followed by its months."""
        groups: Iterable[Group] = self.catalogue.groups[kind].values()
        if kind is not Kind.YEAR:
            groups = sorted(groups, key=lambda group: (group.title.casefold(), group.key))
        for group in groups:
            yield self.count(group)
            if kind is Kind.YEAR:
                yield from self._months(group.key)

    def _months(self, year: str) -> Iterator[Count]:
        for key, group in self.catalogue.groups[Kind.MONTH].items():
            if key.startswith(f"{year}/"):
                yield self.count(group, depth=1)

    def count(self, group: Group, depth: int = 0) -> Count:
        """Link to the listing of *group*, with the number of its articles."""
        return Count(
            title=self.title_of(group),
            uri=self.uri(self.listing_name(group.kind, group.key)),
            count=len(group.articles),
            depth=depth,
        )

    # parts of views

    def _facts(self, article: Article) -> tuple[object, ...]:
        """Return what both views of an article show: its own facts, and what others add."""
        image, authors = article.image, self.catalogue.authors
        return (
            article.facts,
            [(authors[key].name, self._author_uri(key)) for key in article.authors],
            image and (image.src if image.remote else self.picture_uri(image.src)),
            self._collection(article),
        )

    def moment(self, moment: datetime) -> Moment:
        """View a date as the site writes dates."""
        text = str(format_date(moment, self.date_format, locale=self._locale))
        return Moment(iso=moment.isoformat(), text=text)

    def _date(self, article: Article) -> Moment | None:
        return self.moment(article.date) if article.dated else None

    @cached_property
    def _locale(self) -> babel.Locale:
        return _locale(self.catalogue.site.language)

    @cached_property
    def _name_keys(self) -> Mapping[Kind, Mapping[str, str]]:
        return {
            kind: {group.title: key for key, group in self.catalogue.groups[kind].items()}
            for kind in (Kind.TAG, Kind.CATEGORY)
        }

    def _bylines(self, article: Article) -> tuple[Link, ...]:
        return tuple(
            Link(title=self.catalogue.authors[key].name, uri=self._author_uri(key))
            for key in article.authors
        )

    def _author_uri(self, key: str) -> str:
        """Return where an author's page is, "" for one whose articles are all unlisted."""
        if key not in self.catalogue.groups[Kind.AUTHOR]:
            return ""
        return self.uri(self.listing_name(Kind.AUTHOR, key))

    def _names(self, article: Article, kind: Kind, names: Iterable[str]) -> tuple[Link, ...]:
        keys = self._name_keys[kind]
        return tuple(
            Link(
                title=name,
                uri=self.uri(self.listing_name(kind, keys[name])) if name in keys else "",
            )
            for name in names
        )

    def _collection(self, article: Article) -> Link | None:
        group = self.catalogue.groups[Kind.COLLECTION].get(article.collection)
        if group is None:
            return None
        return Link(title=group.title, uri=self.uri(self.listing_name(Kind.COLLECTION, group.key)))

    def _series(self, article: Article) -> SeriesPlace | None:
        part = self.catalogue.parts.get(article.docname)
        if part is None:
            return None
        name = self.listing_name(Kind.SERIES, part.group.key)
        return SeriesPlace(
            series=Link(title=part.group.title, uri=self.uri(name)),
            number=part.place + 1,
            count=len(part.group.articles),
            previous=self._link(part.neighbour(-1)),
            next=self._link(part.neighbour(+1)),
        )

    def part(self, article: Article) -> SeriesEntry:
        """View *article* as the page of its series does."""
        return SeriesEntry(
            title=article.title,
            uri=self.uri(article.docname),
            date=self._date(article),
            description=article.description,
            language=article.language,
        )

    def _link(self, article: Article | None) -> Link | None:
        return Link(title=article.title, uri=self.uri(article.docname)) if article else None

    def _targets(self, article: Article) -> Iterator[Article]:
        for destination in article.links:
            target = self.catalogue.target_of(destination, article)
            if target is not None:
                yield target
        for mention in article.mentions:
            if mention.by_name and (named := self.citations.named(mention.to)):
                yield named

    def _picture(self, image: Image | None) -> Picture | None:
        if image is None:
            return None
        return Picture(
            uri=image.src if image.remote else self.picture_uri(image.src),
            remote=image.remote,
            alt=image.alt,
            caption=image.caption,
            width=image.width,
            height=image.height,
            shared=image.shared,
        )

    def _profile(self, key: str) -> Profile | None:
        author: Author = self.catalogue.authors[key]
        if not (author.registered or author.url):
            return None
        return Profile(
            url=author.url,
            links=author.links,
            portrait=self._picture(author.portrait),
            biography=author.biography,
        )


class Listing(NamedTuple):
    """A page of a listing before it is made; a named tuple, as each build names all of them."""

    views: Views
    kind: Kind
    group: Group
    page: Page

    @property
    def articles(self) -> tuple[Article, ...]:
        """The articles on the page; pinned ones first on a first page, wherever else they stand."""
        every = self.group.articles
        shown = self.page.of(every)
        if self.page.number:
            return tuple(shown)
        pinned = [article for article in every if article.pinned]
        return (*pinned, *(article for article in shown if not article.pinned))

    @property
    def rest(self) -> ListingView:
        """The view without its cards."""
        return self.views.without_cards(self.kind, self.group, self.page)

    def view(self) -> ListingView:
        """View the page."""
        return replace(self.rest, cards=tuple(map(self.views.card, self.articles)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The page of a series before it is made."""

    views: Views
    group: Group

    def view(self) -> SeriesView:
        """View the page."""
        parts = tuple(map(self.views.part, self.group.articles))
        return SeriesView(kind=Kind.SERIES, title=self.group.title, parts=parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A page that lists all groups of a kind, before it is made."""

    views: Views
    kind: Kind

    def view(self) -> OverviewView:
        """View the page."""
        entries = tuple(self.views.entries(self.kind))
        return OverviewView(kind=self.kind, title=OVERVIEW_TITLES[self.kind], entries=entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty:
    """A listing with nothing in it."""

    title: str

    def view(self) -> OverviewView:
        """View the page."""
        return OverviewView(kind="", title=self.title, entries=())


#: Titles of the overview pages, in their order.
OVERVIEW_TITLES: Mapping[Kind, str] = {
    Kind.AUTHOR: "Authors",
    Kind.TAG: "Tags",
    Kind.CATEGORY: "Categories",
    Kind.SERIES: "Series",
    Kind.YEAR: "Archive",
}


def _below(name: str, rest: str) -> str:
    folder = name.removesuffix("index")
    return f"{folder}{rest}" if name.endswith("index") else f"{name}/{rest}"


@lru_cache(maxsize=8)
def _locale(language: str) -> babel.Locale:
    """Return the locale of a language tag; English for one that Babel does not know."""
    try:
        return babel.Locale.parse(language.replace("-", "_"))
    except (ValueError, babel.UnknownLocaleError):
        return babel.Locale("en")
