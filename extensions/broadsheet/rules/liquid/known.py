"""What a template may ask, and a digest of each answer: what pages with Liquid are made of.

Nothing here needs python-liquid, so that a build that renders no Liquid does not load it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from broadsheet.model import NO_VALUES
from broadsheet.rules.digest import digest
from broadsheet.rules.liquid.files import includes_dir
from broadsheet.rules.liquid.markdown import Converter

if TYPE_CHECKING:
    from broadsheet.model import Article
    from broadsheet.rules.catalogue import Catalogue
    from broadsheet.rules.liquid.files import Files
    from broadsheet.sources.kramdown.options import KramdownOptions

_POST = re.compile(r"/?(?P<folder>(?:.+/)*)(?P<date>\d+-\d+-\d+)-(?P<slug>.*)")
_URL_SAFE = "!$&'()*+,;=:@/~"


class Asked(StrEnum):
    """Kinds of questions."""

    ARTICLES = "articles"  #: of a collection, "" for all
    CONFIG = "config"  #: ``_config.yml``
    DATA = "data"  #: the folder of data
    FILE = "file"  #: one that is taken in, by its path
    LINK = "link"  #: the address of a file
    NOW = "now"  #: the day of the build
    PAGES = "pages"  #: the hand-written ones
    POST = "post"  #: the address of a post
    STATIC = "static"  #: files that are copied
    TEXTS = "texts"  #: of the articles of a collection
    TARGET = "target"  #: where a link leads that Liquid has written


class Question(NamedTuple):
    """What a template asked when it was rendered."""

    kind: str
    name: str = ""


class KnownPage(NamedTuple):
    """A hand-written page: its file, and its front matter with the defaults."""

    path: str
    values: Mapping[str, Any] = NO_VALUES


#: Questions about files, which may change during a build.
_OF_FILES = frozenset({Asked.FILE, Asked.DATA})


@dataclass(frozen=True, kw_only=True)
class Known:
    """All that templates of a site may ask for."""

    files: Files
    catalogue: Catalogue
    config: Mapping[str, Any]  #: ``_config.yml`` as it is written
    pages: Mapping[str, KnownPage] = field(default_factory=dict)  #: by their address
    static: Mapping[str, str] = field(default_factory=dict)  #: path to address
    zone: tzinfo
    moment: datetime  #: of the build
    dialect: KramdownOptions | None = None  #: of texts; None for CommonMark
    collections_dir: str = ""  #: no slash at either end
    _digests: dict[Question, object] = field(default_factory=dict, init=False)

    def told(self, questions: Iterable[Question]) -> dict[Question, object]:
        """Return the answers that another process may have been given otherwise."""
        return {one: self.answer(one) for one in questions if one.kind in _OF_FILES}

    def answer(self, question: Question) -> object:
        """Return a value that is another whenever the answer is."""
        if question not in self._digests:
            self._digests[question] = self._answer(*question)
        return self._digests[question]

    def _answer(self, kind: str, name: str) -> object:
        if kind == Asked.POST:
            return self.post_url(name)
        if kind == Asked.LINK:
            return self.link(name)
        if kind == Asked.FILE:
            return self.files.state(name)
        if kind == Asked.ARTICLES:
            return digest(
                [(one.facts, one.docname, one.address) for one in self.articles(name)],
            )
        if kind == Asked.TEXTS:
            return digest([one.digest for one in self.articles(name)])
        if kind == Asked.NOW:
            return self.day.isoformat()
        return digest(self._whole(kind))

    def _whole(self, kind: str) -> object:
        if kind == Asked.CONFIG:
            return dict(self.config)
        if kind == Asked.STATIC:
            return sorted(self.static.items())
        if kind == Asked.DATA:
            return self.files.data_states()
        return sorted(self.pages.items()) if kind == Asked.PAGES else None

    @property
    def day(self) -> datetime:
        """The beginning of the day of the build: what pages may show of its moment."""
        there = self.moment.astimezone(self.zone)
        return there.replace(hour=0, minute=0, second=0, microsecond=0)

    def articles(self, collection: str = "") -> list[Article]:
        """Return the listed articles of a collection, or all, oldest first."""
        listed = reversed(self.catalogue.listed)
        return [one for one in listed if not collection or one.collection == collection]

    @cached_property
    def markdown(self) -> Converter:
        """What makes HTML of Markdown."""
        return Converter(self.dialect)

    @cached_property
    def includes_dir(self) -> str:
        """The folder of the files that templates take in."""
        return includes_dir(self.config)

    # addresses

    def post_url(self, name: str) -> str | None:
        """Return the address of a post by its file's name (lib/jekyll/tags/post_url.rb)."""
        found = _POST.fullmatch(name.strip())
        if found is None:
            return None
        folder, stem = found["folder"], f"{found['date']}-{found['slug']}"
        for path in (f"_posts/{folder}{stem}", f"{folder}_posts/{stem}"):
            if path in self._posts_by_path:
                return self.url_of(self._posts_by_path[path])
        numbers = tuple(int(number) for number in found["date"].split("-"))
        post = self._posts_by_date.get((*numbers, found["slug"]))
        return self.url_of(post) if post else None

    @cached_property
    def _posts(self) -> list[Article]:
        return [one for one in reversed(self.catalogue.articles) if one.collection == "posts"]

    @cached_property
    def _posts_by_path(self) -> Mapping[str, Article]:
        paths = (
            (posixpath.splitext(self.below_collections(one.path))[0], one) for one in self._posts
        )
        return dict(reversed(list(paths)))  # of several the first

    @cached_property
    def _posts_by_date(self) -> Mapping[tuple[int | str, ...], Article]:
        found: dict[tuple[int | str, ...], Article] = {}
        for post in self._posts:
            day = local_date(post.date, self.zone)
            found.setdefault((day.year, day.month, day.day, post.slug), post)
        return found

    def below_collections(self, path: str) -> str:
        """Return a path as Jekyll names a document: without ``collections_dir``."""
        return path.removeprefix(f"{self.collections_dir}/") if self.collections_dir else path

    def url_of(self, article: Article) -> str:
        """Return the address of an article below the base path, as Jekyll writes it."""
        address = article.address or f"{article.docname}.html"
        if _has_no_ending(self._pattern_of(article)):  # hosts serve the file all the same
            address = address.removesuffix(".html")
        return "/" + quote(re.sub(r"(^|/)index\.html?$", r"\1", address), safe=_URL_SAFE)

    def _pattern_of(self, article: Article) -> object:
        """Return the pattern of an address: the article's, its collection's, or the site's."""
        collections = self.config.get("collections")
        own = collections.get(article.collection) if isinstance(collections, Mapping) else None
        return (
            article.front_matter.get("permalink")
            or (own.get("permalink") if isinstance(own, Mapping) else None)
            or self.config.get("permalink")
        )

    def link(self, path: str) -> str | None:
        """Return the address of the article, page or file that *path* names (tags/link.rb)."""
        path = path.strip().lstrip("/")
        by_path = self.catalogue.by_path
        article = by_path.get(path) or by_path.get(f"{self.collections_dir}/{path}")
        if article is not None:
            return self.url_of(article)
        if path in self._pages_by_path:
            return self._pages_by_path[path]
        return f"/{quote(self.static[path], safe=_URL_SAFE)}" if path in self.static else None

    @cached_property
    def _pages_by_path(self) -> Mapping[str, str]:
        return {page.path: url for url, page in self.pages.items()}


def _has_no_ending(pattern: object) -> bool:
    """Tell a pattern like ``/:title`` from ``/:title/``, ``/:title.html`` and ``pretty``."""
    if not isinstance(pattern, str) or "/" not in pattern:
        return False
    return not pattern.endswith(("/", ":output_ext")) and not posixpath.splitext(pattern)[1]


def local_date(moment: datetime, zone: tzinfo) -> datetime:
    """Return a moment as clocks of *zone* show it."""
    try:
        return moment.astimezone(zone)
    except OverflowError:  # in the first or last hours of the calendar
        return moment
