"""The catalogue: every article but its body, ordered, grouped and linked."""

from __future__ import annotations

import posixpath
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from urllib.parse import unquote

from broadsheet.model import (
    NO_DATE,
    Article,
    Author,
    Collection,
    Problem,
    Redirect,
    Site,
    Subtype,
    instant_of,
    moment_of,
)
from broadsheet.rules import slugs
from broadsheet.rules.destinations import on_site, split_destination
from broadsheet.rules.ownership import NOTHING, Taken, settle_addresses
from broadsheet.rules.series import series_of

if TYPE_CHECKING:
    from broadsheet.rules.author_registry import AuthorRegistry


T = TypeVar("T")


class Kind(StrEnum):
    """What a listing gathers its articles by."""

    FRONT = "front"
    COLLECTION = "collection"
    AUTHOR = "author"
    TAG = "tag"
    CATEGORY = "category"
    SERIES = "series"
    YEAR = "year"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Articles that share an author, a tag, a year …; newest first, of a series the first part."""

    kind: Kind
    key: str  #: unique within its kind and fit for an address
    title: str
    articles: tuple[Article, ...]


class Part(NamedTuple):
    """The place of an article in its series."""

    group: Group
    place: int  #: among its parts, from 0

    def neighbour(self, step: int) -> Article | None:
        """Return the part so many steps on, or back; None where there is none."""
        place = self.place + step
        return self.group.articles[place] if 0 <= place < len(self.group.articles) else None


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """All articles of a publication; immutable, and complete before any is read."""

    site: Site
    collections: tuple[Collection, ...] = ()
    articles: tuple[Article, ...] = ()  #: newest first; the unlisted too
    authors: Mapping[str, Author] = field(default_factory=dict)  #: by key
    redirects: tuple[Redirect, ...] = ()  #: sorted by address
    series_from_names: bool = False  #: whether numbers in the names of files make series

    @cached_property
    def listed(self) -> tuple[Article, ...]:
        """The articles that stand in listings, newest first."""
        return tuple(article for article in self.articles if article.listed)

    @cached_property
    def by_docname(self) -> Mapping[str, Article]:
        """Every article by the name of its document."""
        return MappingProxyType({article.docname: article for article in self.articles})

    @cached_property
    def by_path(self) -> Mapping[str, Article]:
        """Every article by the path of its file."""
        return MappingProxyType({article.path: article for article in self.articles})

    @cached_property
    def by_address(self) -> Mapping[str, Article]:
        """Every article that has an address of its own: by it, and by what hosts take for it."""
        whole = {article.address: article for article in self.articles if article.address}
        return MappingProxyType(by_every_address(whole))

    @cached_property
    def groups(self) -> Mapping[Kind, Mapping[str, Group]]:
        """The listed articles, grouped; each kind sorted by key."""
        front = Group(kind=Kind.FRONT, key="", title=self.site.title, articles=self.listed)
        return MappingProxyType({
            Kind.FRONT: {"": front},
            Kind.COLLECTION: self._by_collection(),
            Kind.AUTHOR: self._by_author(),
            Kind.TAG: self._by_name(Kind.TAG, lambda article: article.tags),
            Kind.CATEGORY: self._by_name(Kind.CATEGORY, lambda article: article.categories),
            Kind.SERIES: self._by_series(),
            Kind.YEAR: self._by_period(Kind.YEAR, lambda date: (date.year,)),
            Kind.MONTH: self._by_period(Kind.MONTH, lambda date: (date.year, date.month)),
        })  # fmt: skip

    @cached_property
    def neighbours(self) -> Mapping[str, tuple[Article | None, Article | None]]:
        """The next older and the next newer listed article of the same collection."""
        found: dict[str, tuple[Article | None, Article | None]] = {}
        for group in self.groups[Kind.COLLECTION].values():
            row = (None, *group.articles, None)
            for newer, article, older in zip(row, row[1:], row[2:], strict=False):
                if article is not None:
                    found[article.docname] = (older, newer)
        return MappingProxyType(found)

    @cached_property
    def parts(self) -> Mapping[str, Part]:
        """The articles that stand in a series, by docname, each with its place."""
        return MappingProxyType({
            article.docname: Part(group, place)
            for group in self.groups[Kind.SERIES].values()
            for place, article in enumerate(group.articles)
        })  # fmt: skip

    def target_of(self, destination: str, article: Article) -> Article | None:
        """Return the article that a link written in *article* leads to, if it is one.

        *destination* is the path of a source file, relative to the article's or
        with a leading ``/`` from the source folder, or the address of a page.
        """
        target = self.at(destination, posixpath.dirname(article.path))
        if target is None and article.address:
            address = self.address_of(destination, posixpath.dirname(article.address))
            target = self.by_address.get(address)
        return target

    def at(self, destination: str, folder: str) -> Article | None:
        """Return the article whose file *destination*, written in *folder*, names."""
        path = joined(destination, folder)
        return self.by_path.get(path) or self.by_docname.get(path)

    def address_of(self, destination: str, folder: str) -> str:
        """Return the address below the site's root that *destination*, written in *folder*, means.

        The site's own host and base path may stand before it or not.
        """
        return joined(on_site(destination, self.site.url), folder)

    def _by_collection(self) -> dict[str, Group]:
        members = defaultdict(list)
        for article in self.listed:
            members[article.collection].append(article)
        return {
            collection.name: Group(
                kind=Kind.COLLECTION,
                key=collection.name,
                title=collection.title,
                articles=tuple(members[collection.name]),
            )
            for collection in self.collections
        }

    def _by_author(self) -> dict[str, Group]:
        members = defaultdict(list)
        for article in self.listed:
            for key in article.authors:
                members[key].append(article)
        return {
            key: Group(
                kind=Kind.AUTHOR,
                key=key,
                title=self.authors[key].name,
                articles=tuple(members[key]),
            )
            for key in sorted(members)
        }

    def _by_name(
        self, kind: Kind, names_of: Callable[[Article], Iterable[str]]
    ) -> dict[str, Group]:
        members: dict[str, list[Article]] = defaultdict(list)
        for article in self.listed:
            for name in names_of(article):
                members[name].append(article)
        keys = slugs.assign(members)
        return {
            keys[name]: Group(kind=kind, key=keys[name], title=name, articles=tuple(members[name]))
            for name in sorted(members, key=lambda name: keys[name])
        }

    def _by_series(self) -> dict[str, Group]:
        series = series_of(self.listed, from_names=self.series_from_names)
        keys = slugs.assign(series)
        return {
            keys[name]: Group(kind=Kind.SERIES, key=keys[name], title=name, articles=series[name])
            for name in sorted(series, key=lambda name: keys[name])
        }

    def _by_period(
        self, kind: Kind, name_of: Callable[[datetime], tuple[int, ...]]
    ) -> dict[str, Group]:
        members: dict[tuple[int, ...], list[Article]] = defaultdict(list)
        for article in self.listed:
            date = article.date
            if date.year > 1 or article.dated:  # of most, the first tells it in half the time
                members[name_of(date)].append(article)
        periods = {_period(*numbers): members[numbers] for numbers in sorted(members, reverse=True)}
        return {
            period: Group(kind=kind, key=period, title=period, articles=tuple(found))
            for period, found in periods.items()
        }


def compile_catalogue(
    articles: Iterable[Article],
    *,
    site: Site,
    collections: tuple[Collection, ...],
    registry: AuthorRegistry,
    taken: Taken = NOTHING,
    series_from_names: bool = False,
) -> tuple[Catalogue, tuple[Problem, ...]]:
    """Order the articles, settle who owns an address, and gather their authors."""
    ordered = sorted(articles, key=lambda article: article.path)
    settled, redirects, problems = settle_addresses(ordered, taken)
    newest_first = sorted(settled, key=attrgetter("instant", "docname"), reverse=True)
    return (
        Catalogue(
            site=site,
            collections=collections,
            articles=tuple(newest_first),
            authors=MappingProxyType(_authors_of(ordered, registry)),
            redirects=tuple(sorted(redirects)),
            series_from_names=series_from_names,
        ),
        tuple(problems),
    )


def is_public(article: Article, *, now: int, drafts: bool, future: bool) -> bool:
    """Tell whether an article is published at the instant *now*.

    The rule is Jekyll's (``lib/jekyll/publisher.rb``).
    """
    if not article.published:
        return False
    if article.draft and not drafts:
        return False
    if article.expires is not None and instant_of(article.expires) <= now:
        return False
    return future or article.instant <= now


def undated(articles: Sequence[Article], named: Container[str]) -> Iterator[Problem]:
    """Name the articles without a date, but for those in files that have been *named* for it.

    A collection may be a manual as well as a journal: in one that is mostly without dates,
    none is missed.
    """
    without = [article for article in articles if not article.dated]
    if not without:
        return
    members = Counter(article.collection for article in articles)
    lacking = Counter(article.collection for article in without)
    for article in without:
        if 2 * lacking[article.collection] > members[article.collection]:
            continue
        if article.path not in named and not article.draft:  # a draft is dated at last
            message = "no date, nor in the file name; dated before all others"
            yield Problem(path=article.path, line=1, subtype=Subtype.DATE, message=message)


def period(articles: Sequence[Article], now: int) -> tuple[datetime, datetime]:
    """Return since when, and until when, the same articles are published as at the instant *now*.

    From the first to the last moment of the calendar, in any zone, where none ever changes that.
    """
    instants = [instant_of(NO_DATE), instant_of(datetime(9999, 12, 30, tzinfo=UTC))]
    instants += [article.instant for article in articles]
    instants += [instant_of(one.expires) for one in articles if one.expires is not None]
    since, until = [one for one in instants if one <= now], [one for one in instants if one > now]
    return moment_of(max(since)), moment_of(min(until))


def by_every_address(whole: Mapping[str, T]) -> dict[str, T]:
    """Return what stands in the files of an output by all that hosts take for their addresses."""
    short = {address.removesuffix(".html"): one for address, one in whole.items()}
    folders = {
        address.removesuffix("/index").removesuffix("/index.htm"): one
        for address, one in short.items()
        if address.endswith(("/index", "/index.htm"))
    }
    return {**folders, **short, **whole}


def joined(destination: str, folder: str) -> str:
    """Return the path that *destination* means in *folder*, without a slash at either end."""
    path = unquote(split_destination(destination)[0])
    if not path:
        return ""
    path = path.lstrip("/") if path.startswith("/") else posixpath.join(folder, path)
    return posixpath.normpath(path)


def _period(year: int, month: int = 0) -> str:
    return f"{year:04}/{month:02}" if month else f"{year:04}"


def _authors_of(articles: Iterable[Article], registry: AuthorRegistry) -> dict[str, Author]:
    """Return every author who signs.

    Of two spellings with one key the first by path prints. An author whom the registry does not
    know has the first address by path.
    """
    authors: dict[str, Author] = {}
    # most have what others have
    bylines = dict.fromkeys([(one.authors, one.names, one.author_urls) for one in articles])
    for keys, names, urls in bylines:
        for key, name, url in zip(keys, names, urls or ("",) * len(names), strict=True):
            author = authors.get(key) or registry.find(name) or Author(key=key, name=name)
            if url and not author.url and not author.registered:
                author = replace(author, url=url)
            authors[key] = author
    return dict(sorted(authors.items()))
