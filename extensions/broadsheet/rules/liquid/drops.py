"""What templates are given: views of the catalogue, made when they are asked for."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from broadsheet.rules.liquid.data import DataDrop
from broadsheet.rules.liquid.drop import Drop
from broadsheet.rules.liquid.files import LARGEST_FILE
from broadsheet.rules.liquid.known import Asked, Question
from broadsheet.sources.liquid import may_hold_liquid
from broadsheet.sources.liquid.host import Taken
from broadsheet.sources.liquid.running import FaultError
from broadsheet.sources.liquid.values import Moment
from broadsheet.sources.text_file import decode

if TYPE_CHECKING:
    from broadsheet.model import Article
    from broadsheet.rules.liquid.known import Known
    from broadsheet.sources.liquid.render import Renderer

#: What ``site.related_posts`` has of the newest.
RELATED = 10

#: Characters of articles' texts that one page may have.
MOST_TEXT = 20_000_000

#: The Jekyll whose rules are followed.
JEKYLL = {"version": "4.3.4", "environment": "production"}


@dataclass(frozen=True)
class View:
    """A publication as one template sees it; what it asks is noted."""

    known: Known
    path: str  #: of the file that is rendered
    renderer: Renderer  #: of the texts of articles
    asked: set[Question] = field(default_factory=set)
    data: dict[str, Any] = field(default_factory=dict)  #: that has been read, by path
    texts: dict[str, str] = field(default_factory=dict)  #: of articles, as HTML, by docname

    def ask(self, kind: Asked, name: str = "") -> None:
        """Note a question."""
        self.asked.add(Question(str(kind), name))

    # what tags and filters ask

    @property
    def zone(self) -> tzinfo:
        """The time zone of the site."""
        return self.known.zone

    @property
    def url(self) -> str:
        """The address of the host, no slash at the end."""
        self.ask(Asked.CONFIG)
        return str(self.known.config.get("url") or "").rstrip("/")

    @property
    def baseurl(self) -> str:
        """The path of the site at its host."""
        self.ask(Asked.CONFIG)
        return str(self.known.config.get("baseurl") or "").rstrip("/")

    def now(self) -> datetime:
        """Return the beginning of the day of the build."""
        self.ask(Asked.NOW)
        return self.known.day

    def markdown(self, text: str) -> str:
        """Return the HTML of a text in the Markdown of the site."""
        return self.known.markdown.html(text)

    def included(self, name: str) -> Taken:
        """Return a file of the folder of includes."""
        folder = self.known.includes_dir
        return self._taken(posixpath.join(folder, name), folder)

    def included_relative(self, name: str) -> Taken:
        """Return a file beside the one that is rendered, or below its folder."""
        folder = posixpath.dirname(self.path)
        return self._taken(posixpath.join(folder, name), folder)

    def _taken(self, path: str, folder: str) -> Taken:
        path = posixpath.normpath(path)
        self.ask(Asked.FILE, path)
        data = self.known.files.read(path, inside=folder, limit=LARGEST_FILE)
        if data is None:
            raise KeyError(f"file {path!r} is not there (expected one in {folder or '.'}/)")  # noqa: EM102
        return Taken(path, decode(data, path)[0])

    def post_url(self, name: str) -> str:
        """Return the address of a post."""
        self.ask(Asked.POST, name)
        if (url := self.known.post_url(name)) is None:
            raise KeyError(f"there is no post {name[:80]!r} (expected the name of its file)")  # noqa: EM102
        return url

    def link(self, path: str) -> str:
        """Return the address of what a path names."""
        self.ask(Asked.LINK, path)
        if (url := self.known.link(path)) is None:
            raise KeyError(f"there is no article, page or file {path[:80]!r}")  # noqa: EM102
        return url

    # variables

    def values(self, page: Mapping[str, object]) -> dict[str, object]:
        """Return the variables of a template that renders *page*."""
        # python-liquid has a clock of its own in the last two
        return {"site": SiteDrop(self), "page": page, "layout": {}, "jekyll": JEKYLL,
                "now": None, "today": None}  # fmt: skip

    def article(self, article: Article) -> ArticleDrop:
        """Return an article."""
        return ArticleDrop(self, article)

    @property
    def is_page(self) -> bool:
        """Tell whether it is the template of a page, which is made when all articles are read."""
        return self.path not in self.known.catalogue.by_path

    def text_of(self, article: Article) -> str:
        """Return the text of an article as HTML, with its addresses as they are written."""
        self.ask(Asked.TEXTS, article.collection)
        if article.docname not in self.texts:
            path = self.known.files.root / article.path
            try:
                text = decode(path.read_bytes(), article.path)[0]
            except OSError:  # it has gone since
                text = ""
            body = "\n".join(text.split("\n")[article.body_line - 1 :])
            if len(body) + sum(map(len, self.texts.values())) > MOST_TEXT:
                message = f"the texts of articles are longer than {MOST_TEXT:,} together"
                raise FaultError(message)
            self.texts[article.docname] = self.markdown(self._without_liquid(article, body))
        return self.texts[article.docname]

    def _without_liquid(self, article: Article, text: str) -> str:
        """Render what an article's text has of Liquid; its faults are its own page's."""
        if not may_hold_liquid(text):
            return text
        view = View(self.known, article.path, self.renderer, self.asked, self.data)
        values = view.values(view.article(article))
        return self.renderer.render(text, article.path, values, view).text

    @cached_property
    def _articles(self) -> dict[str, list[ArticleDrop]]:
        return {}

    def articles(self, collection: str = "") -> list[ArticleDrop]:
        """Return the articles of a collection, or all, oldest first."""
        self.ask(Asked.ARTICLES, collection)
        if collection not in self._articles:
            found = self.known.articles(collection)
            self._articles[collection] = [self.article(one) for one in found]
        return self._articles[collection]

    def plain(self, value: Any) -> Any:
        """Return a value of YAML, with dates as Liquid prints them."""
        if isinstance(value, Mapping):
            return {str(key): self.plain(item) for key, item in value.items()}
        if isinstance(value, list | tuple | set):
            return [self.plain(item) for item in value]
        if isinstance(value, datetime):
            return Moment.of(value if value.tzinfo else value.replace(tzinfo=self.zone), self.zone)
        return value.isoformat() if isinstance(value, date) else value


class ArticleDrop(Drop):
    """An article (lib/jekyll/drops/document_drop.rb)."""

    def __init__(self, view: View, article: Article) -> None:
        super().__init__(view)
        self.docname = article.docname
        self.own = article

    def __getitem__(self, key: str) -> Any:
        if key == "content" and self.view.is_page:
            return self.view.text_of(self.own)
        if key in _TEXT:
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
_COSTLY = frozenset({"excerpt", "next", "previous"})

#: What only the reading of an article tells.
_TEXT = frozenset({"content", "output"})


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
        groups: dict[str, list[ArticleDrop]] = {}
        for post in self.view.articles("posts"):
            for name in post[key]:
                groups.setdefault(name, []).append(post)
        return groups

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
