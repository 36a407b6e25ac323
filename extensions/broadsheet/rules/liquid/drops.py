"""What templates are given: views of the catalogue, made when they are asked for."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from broadsheet.rules.liquid.data import DataDrop
from broadsheet.rules.liquid.drop import Drop
from broadsheet.rules.liquid.known import Asked
from broadsheet.sources.liquid.running import FaultError
from broadsheet.sources.liquid.values import Moment

if TYPE_CHECKING:
    from broadsheet.model import Article
    from broadsheet.rules.liquid.view import View

#: What ``site.related_posts`` has of the newest.
RELATED = 10

#: Posts of a page where the site does not say (jekyll-paginate-v2, defaults.rb).
PER_PAGE = 10


class ArticleDrop(Drop):
    """An article (lib/jekyll/drops/document_drop.rb)."""

    def __init__(self, view: View, article: Article) -> None:
        super().__init__(view)
        self.docname = article.docname
        self.own = article

    def __getitem__(self, key: str) -> Any:
        if key == "output" or (key == "content" and not self.view.is_page):
            message = f"the {key} of an article is not known before it is read"
            raise FaultError(message)
        return super().__getitem__(key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ArticleDrop) and other.docname == self.docname

    def __hash__(self) -> int:
        return hash(self.docname)

    def __lt__(self, other: object) -> bool:
        return isinstance(other, ArticleDrop) and self._order < other._order

    def __gt__(self, other: object) -> bool:
        return isinstance(other, ArticleDrop) and self._order > other._order

    @property
    def _order(self) -> tuple[datetime, str]:
        return self.own.date, self.own.path

    def __str__(self) -> str:
        return str(self.own.path)

    @cached_property
    def makers(self) -> Mapping[str, Callable[[], Any]]:
        """What makes the values: those of the front matter, and those that are derived."""
        article, view = self.own, self.view
        path = view.known.below_collections(article.path)
        own = article.front_matter
        made: dict[str, Callable[[], Any]] = {
            str(key): partial(view.plain, value) for key, value in own.items()
        }
        return made | {
            "title": lambda: article.title,
            "url": lambda: view.known.url_of(article),
            "id": lambda: posixpath.join(
                posixpath.dirname(view.known.url_of(article)), article.slug
            ),
            "date": lambda: Moment.of(article.date, view.zone) if article.dated else None,
            "slug": lambda: article.slug,
            "collection": lambda: article.collection,
            "categories": lambda: list(article.categories),
            "tags": lambda: list(article.tags),
            "path": lambda: path,
            "relative_path": lambda: path,
            "name": lambda: posixpath.basename(path),
            "ext": lambda: posixpath.splitext(path)[1],
            "draft": lambda: article.draft,
            "excerpt": self._excerpt,
            "content": partial(view.text_of, article),
            "previous": lambda: self._neighbour(-1),
            "next": lambda: self._neighbour(1),
        }

    def __iter__(self) -> Iterator[str]:
        return (key for key in self.makers if key not in _COSTLY)

    def _excerpt(self) -> Any:
        own = self.own.front_matter.get("excerpt")
        if own is not None:
            return self.view.plain(own)
        return self.view.markdown(self.own.excerpt)

    def _neighbour(self, step: int) -> ArticleDrop | None:
        row = self.view.articles(self.own.collection)
        place = next((index for index, one in enumerate(row) if one == self), -1) + step
        return row[place] if 0 <= place < len(row) and self in row else None


#: What of an article is not in a list of all that it has.
_COSTLY = frozenset({"content", "excerpt", "next", "previous"})


class PageDrop(Drop):
    """A hand-written page."""

    def __init__(self, view: View, url: str, path: str, own: Mapping[str, Any]) -> None:
        super().__init__(view)
        self.url, self.path, self.own = url, path, own

    @cached_property
    def makers(self) -> Mapping[str, Callable[[], Any]]:
        """What makes the values."""
        made: dict[str, Callable[[], Any]] = {
            str(key): partial(self.view.plain, value) for key, value in self.own.items()
        }
        return made | {
            "url": lambda: self.url,
            "path": lambda: self.path,
            "name": lambda: posixpath.basename(self.path),
            "dir": lambda: posixpath.join(posixpath.dirname(self.url), ""),
        }

    def __str__(self) -> str:
        return self.path


class PaginatorDrop(Drop):
    """The first page of all posts, which is the only one: listings have the others.

    (jekyll-paginate, lib/jekyll-paginate/pager.rb)
    """

    @cached_property
    def makers(self) -> Mapping[str, Callable[[], Any]]:
        """What makes the values."""
        posts = partial(self.view.articles, "posts")
        return {
            "posts": lambda: posts()[::-1][: self._size],
            "per_page": lambda: self._size,
            "total_posts": lambda: len(posts()),
            "total_pages": lambda: 1,
            "page": lambda: 1,
        }

    @property
    def _size(self) -> int:
        self.view.ask(Asked.CONFIG)
        given = self.view.known.config.get("paginate")
        return given if isinstance(given, int) and given > 0 else PER_PAGE


class SiteDrop(Drop):
    """The site: all keys of ``_config.yml``, and what it holds (lib/jekyll/drops/site_drop.rb)."""

    @cached_property
    def makers(self) -> Mapping[str, Callable[[], Any]]:
        """What makes the values."""
        view, known = self.view, self.view.known
        made: dict[str, Callable[[], Any]] = {
            str(key): partial(self._configured, value) for key, value in known.config.items()
        }
        made |= {
            "url": lambda: view.url,
            "baseurl": lambda: view.baseurl,
            "time": lambda: Moment.of(view.now(), view.zone),
            "data": self._data,
            "posts": lambda: view.articles("posts")[::-1],
            "documents": view.articles,
            "related_posts": self._related,
            "pages": lambda: self._pages,
            "html_pages": lambda: self._pages,
            "static_files": self._static,
            "tags": lambda: self._by("tags"),
            "categories": lambda: self._by("categories"),
            "collections": self._collections,
        }
        for name in self._names:
            if name != "posts":
                made[name] = partial(view.articles, name)
        return made

    @property
    def _names(self) -> list[str]:
        return [one.name for one in self.view.known.catalogue.collections]

    def _configured(self, value: Any) -> Any:
        self.view.ask(Asked.CONFIG)
        return self.view.plain(value)

    def __iter__(self) -> Iterator[str]:
        return iter(map(str, self.view.known.config))

    def __getitem__(self, key: str) -> Any:
        if key not in self.makers:
            self.view.ask(Asked.CONFIG)  # where it may stand some day
        return super().__getitem__(key)

    def _data(self) -> DataDrop:
        self.view.ask(Asked.DATA)
        return DataDrop(self.view, self.view.known.files.data_dir)

    def _related(self) -> list[ArticleDrop] | None:
        if self.view.path not in self.view.known.catalogue.by_path:
            return None
        posts = self.view.articles("posts")[::-1]
        return [one for one in posts if one.own.path != self.view.path][:RELATED]

    def _by(self, key: str) -> dict[str, list[ArticleDrop]]:
        """Return the posts of each tag or category, newest first (site.rb, post_attr_hash)."""
        groups: dict[str, list[ArticleDrop]] = {}
        for post in self.view.articles("posts"):
            for name in post[key]:
                groups.setdefault(name, []).append(post)
        return {name: posts[::-1] for name, posts in groups.items()}

    def _collections(self) -> list[dict[str, Any]]:
        self.view.ask(Asked.CONFIG)
        return [
            {"label": one.name, "title": one.title, "relative_directory": one.folder,
             "docs": self.view.articles(one.name)}
            for one in sorted(self.view.known.catalogue.collections, key=lambda one: one.name)
        ]  # fmt: skip

    @cached_property
    def _pages(self) -> list[PageDrop]:
        self.view.ask(Asked.PAGES)
        pages = sorted(self.view.known.pages.items())
        return [PageDrop(self.view, url, one.path, one.values) for url, one in pages]

    def _static(self) -> list[dict[str, str]]:
        self.view.ask(Asked.STATIC)
        return [
            {"path": f"/{path}", "name": posixpath.basename(path), "extname": ending,
             "basename": posixpath.basename(stem)}
            for path in sorted(self.view.known.static)
            for stem, ending in [posixpath.splitext(path)]
        ]  # fmt: skip
