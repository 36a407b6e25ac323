"""What a name written in a reference means: an article, an author, a tag, a collection."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from broadsheet.model import HTML_ENDINGS
from broadsheet.rules.catalogue import Catalogue, Group, Kind, by_every_address, joined
from broadsheet.rules.digest import digest
from broadsheet.rules.ownership import html_file

if TYPE_CHECKING:
    from broadsheet.model import Article

#: How many names that resemble one that is not there are told, and how much they have to (of 100):
#: a name is meant to be an article's, and an address may be anybody's.
NEAR = 3
LIKE, LIKE_ADDRESS = 60, 70

#: The endings of addresses and files of pages.
_PAGES = frozenset({"", ".md", ".markdown", *HTML_ENDINGS})

#: What Jekyll has before a slug in the names of files, and others in addresses.
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}-")


class Reference(NamedTuple):
    """A name as it is written, and what it is to be the name of."""

    role: str  #: ``post``, or the value of a :class:`~broadsheet.rules.catalogue.Kind`
    name: str


class Post(NamedTuple):
    """The article that a name means, or why it means none."""

    article: Article | None = None
    is_former: bool = False  #: the name is one that the article had
    several: tuple[str, ...] = ()  #: what to write for each article that has the name
    withheld: Article | None = None  #: an article that has the name and is not published


@dataclass(frozen=True, kw_only=True)
class References:
    """Everything that a reference may name."""

    catalogue: Catalogue
    withheld: tuple[Article, ...] = ()  #: articles that are not published: drafts, for instance

    def post(self, name: str) -> Post:
        """Return the article with a *name*: a slug, a file, a document, or an address.

        Before a slug may stand the article's date, as in the names of Jekyll's files. A name
        that an article has comes before one that another had.
        """
        own = self._exact(name)
        if own:
            return Post(own)
        plain = _plain(name)
        for names, is_former in ((self._names, False), (self._former_names, True)):
            articles = names.get(plain, ())
            if len(articles) == 1:
                return Post(articles[0], is_former=is_former)
            if articles:
                return Post(several=tuple(sorted(map(self.name_of, articles))))
        withheld = self._withheld_names.get(plain, ())
        return Post(withheld=next(iter(withheld), None))

    def at_address(self, address: str) -> Post:
        """Return the article whose page stands at an *address*, or stood there.

        It begins at the site's root and has no slash at either end; hosts leave out ``.html``
        and ``index``.
        """
        if own := self.page_at(address):
            return Post(own)
        return Post(self._former_pages.get(address), is_former=True)

    def page_at(self, address: str) -> Article | None:
        """Return the article whose page stands at such an address now."""
        return self.catalogue.by_address.get(address) or self._pages.get(address)

    def near(self, name: str) -> tuple[str, ...]:
        """Return the names of articles that are like one that none has, the nearest first."""
        return self._near(_plain(name), self._names)

    def near_addresses(self, address: str) -> tuple[str, ...]:
        """Return the addresses of articles whose slugs are like the end of one that nobody has.

        They begin with a slash.  Of the address of another file than a page there are none.
        """
        last = posixpath.basename(address.strip("/").removesuffix("/index.html"))
        slug, ending = posixpath.splitext(last)
        if ending not in _PAGES:
            return ()
        near = self._near(_DATE.sub("", _plain(slug)), self._slugs, LIKE_ADDRESS)
        articles = [one for found in near for one in self._slugs[found]]
        pages = (one.address or html_file(one.docname) for one in articles)
        return tuple(f"/{page}" for page in list(dict.fromkeys(pages))[:NEAR])

    @cached_property
    def key(self) -> str:
        """A digest that changes whenever a name may be like others than before."""
        articles = self.catalogue.articles
        names = ([one.slug for one in articles], [one.address for one in articles])
        return digest(*map("\n".join, names))

    def group(self, kind: Kind, name: str) -> tuple[Group | None, tuple[str, ...]]:
        """Return the group of that *kind* and *name* (its title or key), or the nearest titles."""
        found = group_of(self.catalogue, kind, name) or self._by_alias(kind, name)
        if found:
            return found, ()
        titles = {group.title: () for group in self.catalogue.groups[kind].values()}
        return None, self._near(name, titles)

    def name_of(self, article: Article) -> str:
        """Return the shortest name that an article has alone."""
        for name in (article.slug, _stem(article)):
            if self._names.get(_plain(name)) == (article,):
                return name
        return article.docname

    def _exact(self, name: str) -> Article | None:
        """Return the article of a document, a file or an address."""
        catalogue = self.catalogue
        if article := catalogue.by_docname.get(name) or catalogue.by_path.get(name):
            return article
        return catalogue.by_address.get(catalogue.address_of(name, "")) if "/" in name else None

    def _by_alias(self, kind: Kind, name: str) -> Group | None:
        if kind is not Kind.AUTHOR:
            return None
        wanted = name.casefold()
        for key, author in self.catalogue.authors.items():
            if wanted in {alias.casefold() for alias in author.aliases}:
                return self.catalogue.groups[kind].get(key)
        return None

    @cached_property
    def _pages(self) -> Mapping[str, Article]:
        """The articles that have no permalink, by the addresses that Sphinx gives them."""
        articles = self.catalogue.articles
        return by_every_address(
            {html_file(one.docname): one for one in articles if not one.address}
        )

    @cached_property
    def _former_pages(self) -> Mapping[str, Article]:
        by_docname = self.catalogue.by_docname
        return by_every_address(
            {
                one.address: by_docname[one.docname]
                for one in self.catalogue.redirects
                if one.docname in by_docname
            }
        )

    @cached_property
    def _names(self) -> Mapping[str, tuple[Article, ...]]:
        return _by_names((article, _names_of(article)) for article in self.catalogue.articles)

    @cached_property
    def _slugs(self) -> Mapping[str, tuple[Article, ...]]:
        return _by_names((article, (article.slug,)) for article in self.catalogue.articles)

    @cached_property
    def _withheld_names(self) -> Mapping[str, tuple[Article, ...]]:
        return _by_names((article, _names_of(article)) for article in self.withheld)

    @cached_property
    def _former_names(self) -> Mapping[str, tuple[Article, ...]]:
        by_docname = self.catalogue.by_docname
        moved = [
            (by_docname[one.docname], one.address)
            for one in self.catalogue.redirects
            if one.docname in by_docname
        ]
        return _by_names((article, _names_at(address)) for article, address in moved)

    def _near(self, name: str, names: Mapping[str, object], like: int = LIKE) -> tuple[str, ...]:
        from rapidfuzz import fuzz, process  # most builds need none

        found = process.extract(
            name, sorted(names), scorer=fuzz.ratio, limit=NEAR, score_cutoff=like
        )
        return tuple(one for one, _, _ in found)


def group_of(catalogue: Catalogue, kind: Kind, name: str) -> Group | None:
    """Return the group of that *kind* with a key, or a title in any case."""
    groups = catalogue.groups[kind]
    if name in groups:
        return groups[name]
    wanted = name.casefold()
    return next((group for group in groups.values() if group.title.casefold() == wanted), None)


def _plain(name: str) -> str:
    """Return a name without what does not tell it from another."""
    return unquote(name).strip().strip("/").removesuffix(".html").casefold()


def _stem(article: Article) -> str:
    return posixpath.splitext(posixpath.basename(article.path))[0]


def _names_of(article: Article) -> Iterable[str]:
    return (article.slug, _stem(article))


def _names_at(address: str) -> Iterable[str]:
    """Return an address in the forms that hosts take, and its last part: a former slug."""
    whole = by_every_address({address: ""})
    last = joined(posixpath.splitext(address.removesuffix("/index.html"))[0], "")
    return (*whole, posixpath.basename(last))


def _by_names(named: Iterable[tuple[Article, Iterable[str]]]) -> Mapping[str, tuple[Article, ...]]:
    found: dict[str, dict[str, Article]] = defaultdict(dict)
    for article, names in named:
        for name in names:
            found[_plain(name)][article.docname] = article
    return {name: tuple(articles.values()) for name, articles in found.items() if name}
