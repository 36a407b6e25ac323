"""What a template may ask, and a digest of each answer: what pages with Liquid are made of.

Nothing here needs python-liquid, so that a build that renders no Liquid does not load it.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from broadsheet.rules.digest import digest, digest_of_bytes
from broadsheet.sources.folders import link_fault

if TYPE_CHECKING:
    from broadsheet.model import Article
    from broadsheet.rules.catalogue import Catalogue

#: A file that is taken in holds a part of a page; a larger one is none.
LARGEST_FILE = 1_000_000

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
    TARGET = "target"  #: where a link leads that Liquid has written


class Question(NamedTuple):
    """What a template asked when it was rendered."""

    kind: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Known:
    """All that templates of a site may ask for."""

    root: Path
    catalogue: Catalogue
    config: Mapping[str, Any]  #: ``_config.yml`` as it is written
    pages: Mapping[str, Path] = field(default_factory=dict)  #: files of pages, by their address
    static: Mapping[str, str] = field(default_factory=dict)  #: path to address
    zone: tzinfo
    moment: datetime  #: of the build
    collections_dir: str = ""  #: no slash at either end
    data_dir: str = "_data"
    _digests: dict[Question, object] = field(default_factory=dict)

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
            data = self.read(name)
            return None if data is None else digest_of_bytes(data)
        if kind == Asked.ARTICLES:
            return digest(
                [(one.facts, one.docname, one.address) for one in self.articles(name)],
            )
        if kind == Asked.NOW:
            return self.day.isoformat()
        return digest(self._whole(kind))

    def _whole(self, kind: str) -> object:
        if kind == Asked.CONFIG:
            return dict(self.config)
        if kind == Asked.STATIC:
            return sorted(self.static.items())
        if kind == Asked.DATA:
            return [(path, self._state(path)) for path in self.data_files]
        if kind == Asked.PAGES:
            paths = sorted(self.pages.items())
            return [(url, self._state(path.as_posix())) for url, path in paths]
        return None

    def _state(self, path: str) -> str:
        return digest_of_bytes(self.read(path, limit=1 << 40) or b"")

    @property
    def day(self) -> datetime:
        """The beginning of the day of the build: what pages may show of its moment."""
        there = self.moment.astimezone(self.zone)
        return there.replace(hour=0, minute=0, second=0, microsecond=0)

    def articles(self, collection: str = "") -> list[Article]:
        """Return the listed articles of a collection, or all, oldest first."""
        listed = reversed(self.catalogue.listed)
        return [one for one in listed if not collection or one.collection == collection]

    # files

    @cached_property
    def includes_dir(self) -> str:
        """The folder of the files that templates take in."""
        given = str(self.config.get("includes_dir") or "_includes").strip("/")
        return given if ".." not in given.split("/") else "_includes"

    def read(self, path: str, *, inside: str = "", limit: int = LARGEST_FILE) -> bytes | None:
        """Return the bytes of a file of the source, in a folder too; None where there is none.

        What a link makes of a path counts: nothing outside the source folder is read, and
        nothing hidden.
        """
        if "\0" in path or any(part == ".." for part in path.split("/")):
            return None
        file = self.root / path
        try:
            if not file.is_file() or file.stat().st_size > limit:
                return None
            folder = Path(os.path.realpath(self.root / inside))
            is_inside = Path(os.path.realpath(file)).is_relative_to(folder)
            if not is_inside or link_fault(self.root, path):
                return None
            return file.read_bytes()
        except (OSError, ValueError):
            return None

    @cached_property
    def data_files(self) -> tuple[str, ...]:
        """The files of data, by path."""
        return tuple(sorted(_files(self.root, self.data_dir)))

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
        return "/" + quote(re.sub(r"(^|/)index\.html$", r"\1", address), safe=_URL_SAFE)

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
        return {path.as_posix(): url for url, path in self.pages.items()}


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


def _files(root: Path, folder: str) -> Iterator[str]:
    try:
        entries = sorted(os.scandir(root / folder), key=lambda one: one.name)
    except OSError:
        return
    for entry in entries:
        path = f"{folder}/{entry.name}"
        if entry.name.startswith((".", "_", "#")) or entry.name.endswith("~"):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(root, path)
        elif entry.name.endswith((".yml", ".yaml", ".json", ".csv", ".tsv")):
            yield path
