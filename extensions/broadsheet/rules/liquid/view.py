"""A publication as one template sees it: what tags, filters and variables ask of it."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING, Any

from broadsheet.rules.liquid.drops import ArticleDrop, PaginatorDrop, SiteDrop
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
        values: dict[str, object] = {
            "site": SiteDrop(self), "page": page, "layout": {}, "jekyll": JEKYLL,
            "now": None, "today": None,
        }  # fmt: skip
        return values | {"paginator": PaginatorDrop(self)} if self.is_page else values

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
